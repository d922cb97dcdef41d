/**
 * The text mode of the classic editor: finds and shows words in the textarea, and changes it as if one had typed.
 */
( function () {
	'use strict';

	const { quote, classicPlaces: places } = window.linkSuggester;

	const TEXT_STYLES = [
		'border', 'direction', 'font', 'fontKerning', 'fontVariantLigatures', 'letterSpacing', 'lineHeight', 'overflowWrap',
		'padding', 'tabSize', 'textAlign', 'textIndent', 'textTransform', 'whiteSpace', 'wordBreak', 'wordSpacing',
	];

	/**
	 * Turns an entity into its character.
	 *
	 * @param {string} entity As in `&amp;`.
	 * @return {string} As in `&`.
	 */
	function decode( entity ) {
		const element = document.createElement( 'textarea' );
		element.innerHTML = entity;
		return element.value;
	}

	/**
	 * Lets words in a field be marked, by a transparent copy of its text that lies over it.
	 *
	 * @param {HTMLTextAreaElement} textarea The field.
	 * @return {Function} Marks `{ start, end }` and gives the element of the mark; null marks nothing.
	 */
	function marker( textarea ) {
		const mirror = document.createElement( 'div' );
		mirror.setAttribute( 'aria-hidden', 'true' );
		textarea.addEventListener( 'scroll', () => ( mirror.scrollTop = textarea.scrollTop ) );
		textarea.addEventListener( 'input', () => mirror.remove() );
		window.addEventListener( 'resize', () => mirror.remove() );

		function layOver() {
			const styles = window.getComputedStyle( textarea );
			TEXT_STYLES.forEach( ( name ) => ( mirror.style[ name ] = styles[ name ] ) );
			Object.assign( mirror.style, {
				position: 'absolute',
				top: textarea.offsetTop + 'px',
				left: textarea.offsetLeft + 'px',
				width: textarea.clientWidth + 2 * textarea.clientLeft + 'px', // As wide as the text, without a scroll bar.
				height: textarea.offsetHeight + 'px',
				boxSizing: 'border-box',
				borderColor: 'transparent',
				color: 'transparent',
				margin: '0',
				mixBlendMode: 'multiply', // The words themselves stay as dark as they are.
				overflow: 'hidden',
				pointerEvents: 'none',
				zIndex: '1',
			} );
			textarea.parentNode.insertBefore( mirror, textarea.nextSibling );
		}

		return ( spot ) => {
			mirror.remove();
			if ( ! spot ) {
				return null;
			}
			const { value } = textarea;
			const box = window.getComputedStyle( document.getElementById( 'link-suggester' ) );
			const words = document.createElement( 'mark' );
			words.textContent = value.slice( spot.start, spot.end );
			Object.assign( words.style, {
				backgroundColor: '#ffe58f',
				boxShadow: `0 2px 0 ${ box.getPropertyValue( '--wp-admin-theme-color' ) || '#2271b1' }`,
				color: 'transparent',
			} );
			mirror.textContent = '';
			mirror.append( value.slice( 0, spot.start ), words, value.slice( spot.end ) + '\n' );
			layOver();
			return words;
		};
	}

	/**
	 * Changes a field as if one had typed, so that the browser can undo it; focus, caret and scrolling stay.
	 *
	 * @param {HTMLTextAreaElement} textarea The field.
	 * @param {string}              content  What it shall hold.
	 */
	function type( textarea, content ) {
		const { start, end, text } = places.difference( textarea.value, content );
		const { activeElement } = document;
		const { selectionStart, selectionEnd, scrollTop } = textarea;
		const { pageXOffset: left, pageYOffset: top } = window;
		const moved = ( at ) => ( at <= start ? at : Math.max( at - end, 0 ) + start + text.length );
		textarea.focus( { preventScroll: true } );
		textarea.setSelectionRange( start, end );
		document.execCommand( text ? 'insertText' : 'delete', false, text );
		if ( textarea.value !== content ) {
			textarea.value = content;
			textarea.dispatchEvent( new window.Event( 'input', { bubbles: true } ) );
		}
		textarea.setSelectionRange( moved( selectionStart ), moved( selectionEnd ) );
		if ( activeElement && activeElement !== textarea ) {
			activeElement.focus( { preventScroll: true } );
		}
		textarea.scrollTop = scrollTop;
		window.scrollTo( left, top );
	}

	/**
	 * The text mode. What is done to the text answers 'done', or in one word why it was not.
	 *
	 * @param {HTMLTextAreaElement} textarea The field.
	 * @param {Function}            reveal   Scrolls the page to a place, where that does no harm.
	 * @param {Object}              service  `insert( content, choice )` and `remove( content, choice )` give new content.
	 * @return {Object} `{ raw, find, show, link, unlink, redirect, replace }`.
	 */
	function textMode( textarea, reveal, service ) {
		const mark = marker( textarea );

		function find( place ) {
			return places.locate( places.readHtml( textarea.value, decode ).regions, place, quote.findIn );
		}

		function show( place ) {
			const words = mark( place && find( place ) );
			if ( ! words ) {
				return;
			}
			const { scrollTop, clientHeight } = textarea;
			if ( words.offsetTop < scrollTop || words.offsetTop + words.offsetHeight > scrollTop + clientHeight ) {
				textarea.scrollTop = words.offsetTop - clientHeight / 3;
			}
			words.parentNode.scrollTop = textarea.scrollTop;
			reveal( words.getBoundingClientRect() );
		}

		async function replace( content ) {
			type( textarea, content );
			return 'done';
		}

		async function change( verb, choice ) {
			const before = textarea.value;
			const content = await service[ verb ]( before, choice );
			return textarea.value === before ? replace( content ) : 'changed';
		}

		async function redirect( problem ) {
			const { value } = textarea;
			const { start } = find( problem ) || {};
			const tag = start ? value.lastIndexOf( '<a ', start - 1 ) : -1;
			const head = tag < 0 ? '' : value.slice( tag, start );
			const [ all, equals, quoted ] = /(\shref\s*=\s*)("[^"]*"|'[^']*')/i.exec( head ) || [];
			if ( ! all || head.includes( '</a' ) || decode( quoted.slice( 1, -1 ) ) !== problem.href ) {
				return 'gone';
			}
			const href = equals + '"' + problem.url.replace( /&/g, '&amp;' ).replace( /"/g, '&quot;' ) + '"';
			return replace( value.slice( 0, tag ) + head.replace( all, () => href ) + value.slice( start ) );
		}

		return {
			raw: () => textarea.value,
			find,
			show,
			link: ( choice ) => change( 'insert', choice ),
			unlink: ( choice ) => change( 'remove', choice ),
			redirect,
			replace,
		};
	}

	Object.assign( window.linkSuggester, { textMode } );
} )();
