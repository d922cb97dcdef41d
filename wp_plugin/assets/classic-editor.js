/**
 * The box under the classic editor: what the panel asks of an editor, answered by whichever mode is on.
 */
( function () {
	'use strict';

	const { api, quote, textMode, visualMode } = window.linkSuggester;
	const { __ } = wp.i18n;

	const BOX = '#link-suggester';
	const CHANGES = 'input change undo redo SetContent show hide';
	const SAID = {
		gone: __( 'These words do not stand in the text any more; choose other words.', 'link-suggester' ),
		changed: __( 'The text has changed meanwhile; try again.', 'link-suggester' ),
		unsafe: __( 'A link on these words would change other parts of the text; choose other words.', 'link-suggester' ),
	};

	let isClicked = false; // True while a click in the box is dealt with.

	/**
	 * Scrolls the page to a place: for those who asked with a click, and for those who use the keyboard, but then never so
	 * far that what they have focused is lost.
	 *
	 * The box stands under the editor: if the page moved under a pointer, it would point at something else.
	 *
	 * @param {{top: number, bottom: number}} rect Where the place is, in the window.
	 */
	function reveal( rect ) {
		const focused = document.activeElement;
		const isKeyboard = focused && focused.closest( BOX + ':not(:hover)' ) && focused.matches( ':focus-visible' );
		if ( ( ! isKeyboard && ! isClicked ) || ( rect.top > 60 && rect.bottom < window.innerHeight ) ) {
			return;
		}
		const wanted = rect.top - window.innerHeight / 4;
		const most = focused.getBoundingClientRect().bottom - window.innerHeight + 20;
		if ( isClicked || wanted >= most ) {
			window.scrollBy( 0, wanted );
		}
	}

	/**
	 * Lets the service change raw content.
	 *
	 * @param {number} postId Post ID.
	 * @return {Object} `insert` and `remove`, which take the content and a choice and give the new content.
	 */
	function editing( postId ) {
		const body = ( content, { anchor, block, new_text: newText, target } ) => ( {
			content,
			href: target.url,
			...( newText ? { block: newText.block, new_text: newText } : { anchor, block } ),
		} );
		return {
			insert: async ( content, choice ) => ( await api.insert( postId, body( content, choice ) ) ).content,
			remove: async ( content, choice ) => ( await api.remove( postId, body( content, choice ) ) ).content,
		};
	}

	/**
	 * Gives the mode that is on at the moment.
	 *
	 * @param {HTMLTextAreaElement} textarea The content.
	 * @param {Object}              service  `insert` and `remove`.
	 * @return {Function} The mode.
	 */
	function modeOf( textarea, service ) {
		const text = textMode( textarea, reveal, service );
		const visuals = new Map();
		return () => {
			const editor = window.tinymce && window.tinymce.get( textarea.id );
			if ( ! editor || ! editor.initialized || editor.isHidden() ) {
				return text;
			}
			if ( ! visuals.has( editor ) ) {
				visuals.set( editor, visualMode( editor, reveal ) );
			}
			return visuals.get( editor );
		};
	}

	/**
	 * Tells of every change, in either mode.
	 *
	 * @param {HTMLTextAreaElement} textarea The content.
	 * @param {?HTMLInputElement}   title    The title.
	 * @param {Function}            onChange Is told.
	 * @return {Function} Ends it.
	 */
	function subscribe( textarea, title, onChange ) {
		const ends = [ textarea, title ].filter( Boolean ).map( ( field ) => {
			field.addEventListener( 'input', onChange );
			return () => field.removeEventListener( 'input', onChange );
		} );
		const watch = ( { editor } ) => {
			if ( editor && editor.id === textarea.id ) {
				editor.on( CHANGES, onChange );
				ends.push( () => editor.off( CHANGES, onChange ) );
			}
		};
		if ( window.tinymce ) {
			watch( { editor: window.tinymce.get( textarea.id ) } );
			window.tinymce.on( 'AddEditor', watch );
			ends.push( () => window.tinymce.off( 'AddEditor', watch ) );
		}
		return () => ends.forEach( ( end ) => end() );
	}

	/**
	 * What the panel asks of an editor.
	 *
	 * @param {Object}              fields          The fields of the page.
	 * @param {HTMLTextAreaElement} fields.textarea The content.
	 * @param {?HTMLInputElement}   fields.title    The title, where posts of this type have one.
	 * @param {number}              fields.postId   Post ID.
	 * @param {string}              fields.type     Post type.
	 * @return {Object} The adapter.
	 */
	function createAdapter( { textarea, title, postId, type } ) {
		const service = editing( postId );
		const mode = modeOf( textarea, service );
		let marked = mode();

		function mark( place ) {
			marked.show( null );
			marked = mode();
			marked.show( place );
		}

		function locate( place ) {
			const spot = mode().find( place );
			return !! spot && spot.free;
		}

		async function write( choice ) {
			const before = mode().raw();
			const content = await service.insert( before, choice );
			return mode().raw() === before ? mode().replace( content ) : 'changed';
		}

		async function unwrite( before, after ) {
			return mode().raw() === after ? mode().replace( before ) : 'changed';
		}

		/** Does something to the text, and says how it went. */
		async function attempt( act, said = '' ) {
			mark( null );
			try {
				const outcome = await act();
				return { ok: 'done' === outcome, message: SAID[ outcome ] || said };
			} catch ( error ) {
				return { ok: false, message: error.message };
			}
		}

		async function apply( suggestion, choice ) {
			const before = mode().raw();
			const done = await attempt( () => ( choice.new_text ? write( choice ) : mode().link( choice ) ) );
			const after = mode().raw();
			const undo = () => attempt( () => ( choice.new_text ? unwrite( before, after ) : mode().unlink( choice ) ) );
			return { ...done, undo };
		}

		/** Says how the block ends that a new sentence is for. */
		function placeName( place ) {
			const { text } = mode().find( { ...place, anchor: null } ) || { text: '' };
			const folded = quote.fold( text ).text;
			return folded.length > 40 ? '…' + folded.slice( -40 ).replace( /^\S*\s/, '' ) : folded;
		}

		return {
			postId: () => postId,
			draft: () => ( { title: title ? title.value : '', content: mode().raw(), type } ),
			subscribe: ( onChange ) => subscribe( textarea, title, onChange ),
			locate,
			placeName,
			mark,
			apply,
			replace: ( problem ) =>
				attempt( () => mode().redirect( problem ), __( 'The link has its new address.', 'link-suggester' ) ),
			announce: ( message, politeness ) => wp.a11y.speak( message, politeness ),
		};
	}

	/**
	 * Fills the box when it is first seen, so that nothing is asked before.
	 *
	 * @param {Element} root    The inside of the box.
	 * @param {Object}  adapter The adapter.
	 */
	function mountWhenSeen( root, adapter ) {
		const { createElement, createRoot, render } = wp.element;
		const observer = new window.IntersectionObserver( ( entries ) => {
			if ( entries.some( ( { isIntersecting } ) => isIntersecting ) ) {
				observer.disconnect();
				const panel = createElement( window.linkSuggester.Panel, { adapter } );
				if ( createRoot ) {
					createRoot( root ).render( panel );
				} else {
					render( panel, root );
				}
			}
		} );
		observer.observe( root );
		const setClicked = ( value ) => () => ( isClicked = value );
		root.parentNode.addEventListener( 'click', setClicked( true ), true );
		root.parentNode.addEventListener( 'click', setClicked( false ) );
	}

	wp.domReady( () => {
		const field = ( id ) => document.getElementById( id );
		const root = field( 'link-suggester-classic' );
		const textarea = field( 'content' );
		if ( ! root || ! textarea ) {
			return;
		}
		const postId = Number( field( 'post_ID' ).value );
		const adapter = createAdapter( { textarea, title: field( 'title' ), postId, type: field( 'post_type' ).value } );
		if ( ( window.linkSuggesterConfig || {} ).target ) {
			root.closest( '.postbox' ).classList.remove( 'closed' );
			root.scrollIntoView( { block: 'center' } );
		}
		window.linkSuggester.classicAdapter = adapter;
		mountWhenSeen( root, adapter );
	} );
} )();
