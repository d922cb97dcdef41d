/**
 * What htmx does not do: the menu on a phone, dialogs, the keys of a review, and picking words in a text.
 */
( () => {
	'use strict';

	const find = ( selector, within = document ) => within.querySelector( selector );
	const all = ( selector, within = document ) => [ ...within.querySelectorAll( selector ) ];

	// The menu on a phone.

	find( '.menu-button' )?.addEventListener( 'click', ( event ) => {
		const open = find( '#menu' ).classList.toggle( 'open' );
		event.currentTarget.setAttribute( 'aria-expanded', String( open ) );
	} );

	// Dialogs, and what can be opened below a link.

	document.addEventListener( 'click', ( event ) => {
		const opener = event.target.closest( '[data-opens]' );
		if ( opener && ! opener.hasAttribute( 'hx-get' ) ) {
			document.getElementById( opener.dataset.opens ).showModal();
		}
		const closer = event.target.closest( '[data-closes]' );
		if ( closer ) {
			const card = closer.closest( '.edit' );
			find( closer.dataset.closes ).replaceChildren();
			card?.focus();
		}
	} );

	document.addEventListener( 'htmx:afterSwap', ( event ) => {
		const into = event.detail.target;
		if ( into.tagName === 'DIALOG' && ! into.open ) {
			into.showModal();
		}
		const words = find( '.words', into );
		if ( words ) {
			( find( '.word[aria-pressed=true]', words ) ?? find( '.word', words ) )?.focus();
		}
	} );

	// Files that are larger than the service takes are not sent.

	document.addEventListener(
		'change',
		( event ) => {
			const { files, dataset } = event.target;
			const size = [ ...( files ?? [] ) ].reduce( ( sum, file ) => sum + file.size, 0 );
			if ( ! dataset.most || size <= Number( dataset.most ) ) {
				return;
			}
			event.stopPropagation();
			event.target.value = '';
			const note = document.createElement( 'p' );
			note.className = 'note bad';
			note.role = 'alert';
			note.textContent = dataset.tooLarge;
			find( '#understood' ).replaceChildren( note );
		},
		true
	);

	// A choice that could not be kept is taken back on the screen too.

	document.addEventListener( 'htmx:responseError', ( event ) => {
		const box = event.detail.elt;
		if ( box.type === 'checkbox' ) {
			box.checked = ! box.checked;
		}
		find( '#messages' )?.scrollIntoView( { block: 'nearest' } );
	} );

	// What stood in the way is said once, until something else is done.

	document.addEventListener( 'htmx:beforeRequest', ( event ) => {
		if ( ! event.detail.elt.closest( '#progress' ) ) {
			find( '#messages' )?.replaceChildren();
		}
	} );

	// An edit that was drawn anew keeps the focus.

	let focused = '';
	document.addEventListener( 'htmx:beforeSwap', ( event ) => {
		focused = document.activeElement?.closest( '.edit' )?.id ?? '';
		if ( ! event.detail.target.matches( '.edit' ) ) {
			focused = '';
		}
	} );
	document.addEventListener( 'htmx:afterSettle', () => {
		if ( focused ) {
			document.getElementById( focused )?.focus();
			focused = '';
		}
	} );

	// The keys of a review.

	const edits = () => all( '.edit' );
	const current = () => document.activeElement?.closest( '.edit' );

	const step = ( by ) => {
		const list = edits();
		const at = list.indexOf( current() );
		const next = list[ at < 0 ? ( by > 0 ? 0 : list.length - 1 ) : at + by ];
		if ( next ) {
			next.focus();
			next.scrollIntoView( { block: 'nearest' } );
		} else if ( at >= 0 ) {
			find( `.pager [rel=${ by > 0 ? 'next' : 'prev' }]` )?.focus();
		}
	};

	const press = ( selector ) => {
		const button = current() && find( selector, current() );
		button?.click();
		return Boolean( button );
	};

	const KEYS = {
		j: () => step( 1 ),
		k: () => step( -1 ),
		x: () => press( '.pick input' ),
		e: () => press( '[data-key=e]' ),
		d: () => press( '[data-key=d]' ),
		'/': () => find( '#search' )?.focus(),
		'?': () => find( '#keys' )?.showModal(),
	};

	document.addEventListener( 'keydown', ( event ) => {
		const field = event.target.closest?.( 'input:not([type=checkbox]), select, textarea, dialog' );
		if ( event.ctrlKey || event.metaKey || event.altKey || field ) {
			return;
		}
		if ( event.key === 'Escape' ) {
			const card = current();
			const opened = card && find( '.opened', card );
			if ( opened?.firstElementChild ) {
				opened.replaceChildren();
				card.focus();
			}
			return;
		}
		const act = edits().length && KEYS[ event.key ];
		if ( act ) {
			event.preventDefault();
			act();
		}
	} );

	// Picking words: the first one and the last one, by mouse, finger or keyboard.

	const pick = ( words, from, to ) => {
		const tokens = all( '.word', words );
		const [ first, last ] = [ tokens.indexOf( from ), tokens.indexOf( to ) ].sort( ( a, b ) => a - b );
		const between = document.createRange();
		between.setStartBefore( tokens[ first ] );
		between.setEndAfter( tokens[ last ] );
		if ( find( '.closed', between.cloneContents() ) ) {
			return;
		}
		tokens.forEach( ( token, at ) => token.setAttribute( 'aria-pressed', String( first <= at && at <= last ) ) );
		const form = words.closest( 'form' );
		form.elements.start.value = tokens[ first ].dataset.start;
		form.elements.end.value = tokens[ last ].dataset.end;
		find( '.chosen-words', form ).textContent = between.toString();
		find( 'button.main', form ).disabled = false;
	};

	let held = null; // the word at which picking began

	document.addEventListener( 'pointerdown', ( event ) => {
		const word = event.target.closest( '.word' );
		if ( word && event.pointerType === 'mouse' ) {
			held = word;
		}
	} );
	document.addEventListener( 'pointerover', ( event ) => {
		const word = event.target.closest?.( '.word' );
		if ( held && word && word !== held && event.buttons === 1 ) {
			pick( word.closest( '.words' ), held, word );
			event.preventDefault();
		}
	} );
	document.addEventListener( 'pointerup', () => {
		window.setTimeout( () => {
			held = null;
		} );
	} );

	document.addEventListener( 'click', ( event ) => {
		const word = event.target.closest( '.word' );
		if ( ! word || ( held && held !== word ) ) {
			return;
		}
		const words = word.closest( '.words' );
		const picked = all( '.word[aria-pressed=true]', words );
		pick( words, picked.length === 1 ? picked[ 0 ] : word, word );
	} );

	document.addEventListener( 'keydown', ( event ) => {
		const word = event.target.closest?.( '.word' );
		const by = { ArrowLeft: -1, ArrowRight: 1 }[ event.key ];
		if ( ! word || ! by ) {
			return;
		}
		const words = word.closest( '.words' );
		const tokens = all( '.word', words );
		const turned = getComputedStyle( words ).direction === 'rtl' ? -by : by;
		const next = tokens[ tokens.indexOf( word ) + turned ];
		event.preventDefault();
		if ( ! next ) {
			return;
		}
		next.focus();
		if ( event.shiftKey ) {
			const picked = all( '.word[aria-pressed=true]', words );
			const fixed = word === picked[ 0 ] ? picked[ picked.length - 1 ] : picked[ 0 ]; // the other end stays
			pick( words, picked.includes( word ) ? fixed : word, next );
		}
	} );
} )();
