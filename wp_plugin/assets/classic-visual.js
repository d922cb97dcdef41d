/**
 * The visual mode of the classic editor: finds, shows, links and unlinks words in TinyMCE.
 */
( function () {
	'use strict';

	const { quote, classicPlaces: places } = window.linkSuggester;

	const MARK = 'link-suggester';
	const MARKED = 'data-mce-link-suggester'; // TinyMCE keeps such attributes out of what it saves.
	const EMPTY_PARAGRAPH = /<p>(?:<br ?\/?>|\u00a0|\uFEFF| )*<\/p>/g;

	/**
	 * Lets words in the editor be marked without touching its content.
	 *
	 * @param {Object} editor The TinyMCE editor.
	 * @return {Function} Marks a range, or nothing.
	 */
	function marker( editor ) {
		function addStyle() {
			const doc = editor.getDoc();
			if ( ! doc.getElementById( MARK ) ) {
				const style = doc.createElement( 'style' );
				const color = window.getComputedStyle( document.getElementById( MARK ) ).getPropertyValue( '--wp-admin-theme-color' ) || '#2271b1';
				style.id = MARK;
				style.textContent =
					`::highlight(${ MARK }) { background-color: #ffe58f; color: #1e1e1e; text-decoration: underline 2px ${ color }; }` +
					`[${ MARKED }] { outline: 2px solid ${ color }; outline-offset: 2px; }`;
				doc.head.appendChild( style );
				editor.serializer.addTempAttr( MARKED );
			}
		}

		return ( range ) => {
			const { CSS, Highlight } = editor.getWin();
			editor.dom.setAttrib( editor.dom.select( `[${ MARKED }]` ), MARKED, null );
			if ( Highlight ) {
				CSS.highlights.delete( MARK );
			}
			if ( ! range ) {
				return;
			}
			addStyle();
			if ( Highlight ) {
				CSS.highlights.set( MARK, new Highlight( range ) );
			} else {
				editor.dom.setAttrib( editor.dom.getParent( range.startContainer, editor.dom.isBlock ), MARKED, '1' );
			}
		};
	}

	/**
	 * The visual mode. What is done to the text answers 'done', or in one word why it was not.
	 *
	 * @param {Object}   editor The TinyMCE editor.
	 * @param {Function} reveal Scrolls the page to a place, where that does no harm.
	 * @return {Object} `{ raw, find, show, link, unlink, redirect, replace }`.
	 */
	function visualMode( editor, reveal ) {
		const mark = marker( editor );

		/**
		 * Gives the content as WordPress would save it now. (Letting TinyMCE save it would also end a step of undo.)
		 *
		 * @return {string} Raw content.
		 */
		function raw() {
			const html = editor.getContent( { save: true } ).replace( EMPTY_PARAGRAPH, '<p>&nbsp;</p>' );
			return editor.getParam( 'wpautop', true ) && wp.editor && wp.editor.removep
				? wp.editor.removep( html )
				: html.replace( /-->\s*<!-- wp:/g, '-->\n\n<!-- wp:' );
		}

		function find( place ) {
			const { regions, point } = places.readDocument( editor.getBody() );
			const spot = places.locate( regions, place, quote.findIn );
			if ( ! spot ) {
				return null;
			}
			const range = editor.getDoc().createRange();
			range.setStart( ...point( spot.start, false ) );
			range.setEnd( ...point( spot.end, true ) );
			return { range, free: spot.free, text: spot.text };
		}

		function show( place ) {
			const { range } = ( place && find( place ) ) || {};
			mark( range );
			if ( ! range ) {
				return;
			}
			const win = editor.getWin();
			const { top, bottom } = range.getBoundingClientRect();
			if ( top < 0 || bottom > win.innerHeight ) {
				win.scrollBy( 0, top - win.innerHeight / 3 );
			}
			const frame = editor.iframeElement.getBoundingClientRect();
			const now = range.getBoundingClientRect();
			reveal( { top: frame.top + now.top, bottom: frame.top + now.bottom } );
		}

		/**
		 * Changes the document in one step of undo, unless the change proves to be another than was meant.
		 *
		 * @param {Function} change  Changes the document; false where it cannot.
		 * @param {Function} isMeant Says whether it has become what was meant.
		 * @param {Function} restore Takes the change back.
		 * @return {string} What happened.
		 */
		function transact( change, isMeant, restore ) {
			let outcome = 'unsafe';
			editor.undoManager.transact( () => {
				if ( false === change() ) {
					return;
				}
				if ( isMeant() ) {
					outcome = 'done';
				} else {
					restore();
				}
			} );
			editor.nodeChanged();
			return outcome;
		}

		async function link( choice ) {
			const { range, free } = find( choice ) || {};
			if ( ! free ) {
				return 'gone';
			}
			const before = raw();
			const element = editor.dom.create( 'a', { href: choice.target.url } );
			return transact(
				() => places.widen( range ) && range.surroundContents( element ),
				() => places.onlyAddsLink( before, raw() ),
				() => editor.dom.remove( element, true )
			);
		}

		async function unlink( { anchor, target } ) {
			const isOurs = ( element ) =>
				element.getAttribute( 'href' ) === target.url && quote.fold( element.textContent ).text === anchor.text;
			const element = editor.dom.select( 'a' ).find( isOurs );
			if ( ! element ) {
				return 'gone';
			}
			const before = raw();
			const html = editor.getContent( { format: 'raw' } );
			return transact(
				() => void editor.dom.remove( element, true ),
				() => places.onlyAddsLink( raw(), before ),
				() => editor.setContent( html, { format: 'raw' } )
			);
		}

		async function replace( content ) {
			const html = editor.getContent( { format: 'raw' } );
			const caret = editor.selection.getBookmark( 2, true );
			const outcome = transact(
				() => void editor.setContent( content, { load: true } ),
				() => raw() === content,
				() => editor.setContent( html, { format: 'raw' } )
			);
			editor.selection.moveToBookmark( caret );
			return outcome;
		}

		async function redirect( problem ) {
			const { range } = find( problem ) || {};
			const element = range && editor.dom.getParent( range.startContainer, 'a' );
			if ( ! element || element.getAttribute( 'href' ) !== problem.href ) {
				return 'gone';
			}
			editor.undoManager.transact( () => editor.dom.setAttrib( element, 'href', problem.url ) );
			return 'done';
		}

		return { raw, find, show, link, unlink, redirect, replace };
	}

	Object.assign( window.linkSuggester, { visualMode } );
} )();
