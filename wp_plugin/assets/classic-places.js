/**
 * Finds the words of a suggestion in the classic editor.
 *
 * The document of the visual mode and the HTML of the text mode are read into the same shape: a list of regions, one
 * for each stretch of running text. A region holds its text, and for each character where it stands.
 */
( function () {
	'use strict';

	const BLOCK =
		/^(?:address|article|aside|blockquote|body|caption|center|d[dlt]|details|dir|div|fieldset|fig(?:ure|caption)|footer|form|h[1-6r]|header|hgroup|legend|li|listing|main|menu|nav|ol|p|pre|section|summary|t(?:able|body|d|foot|h|head|r)|ul)$/;
	const LOCKED = /^(?:caption|dt|figcaption|form|h[1-6]|legend|listing|nav|pre|summary|th)$/;
	const CLOSED = /^(?:a|button|code|del|kbd|label|rp|rt|s|samp|strike|sub|sup|tt|var)$/;
	const SKIPPED =
		/^(?:audio|canvas|datalist|iframe|math|noembed|noframes|noscript|object|script|select|style|svg|template|textarea|title|video|xmp)$/;
	const MAY_STAND_IN_LINK =
		/^(?:abbr|acronym|b|bdi|bdo|big|cite|dfn|em|font|i|ins|mark|nobr|q|small|span|strong|time|u)$/;
	const CAPTION = /(?:^|\s)(?:wp-caption-(?:text|dd)|gallery-caption|wp-element-caption)(?:\s|$)/;
	const WRITTEN =
		/\[([a-z][\w-]*)(?:\s[^\]]*)?\][^]*?\[\/\1\]|\[[^[\]]*\]|(?:https?:\/\/|www\.)[!-~]+/gi;
	const TOKEN =
		/<!--([^]*?)(?:-->|$)|<(\/?)([a-z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)(?:>|$)|&(?:#\d+|#x[\da-f]+|[a-z][\da-z]*);|\n[ \t\r]*\n\s*/gi;

	function matches( pattern, text ) {
		const found = [];
		pattern.lastIndex = 0;
		for ( let match = pattern.exec( text ); match; match = pattern.exec( text ) ) {
			found.push( match );
		}
		return found;
	}

	/**
	 * Collects running text into regions.
	 *
	 * @return {{write: Function, cut: Function, regions: Object[]}} The collector.
	 */
	function collector() {
		const regions = [];
		let region = null;

		/**
		 * Takes a piece of text whose characters stand side by side, or one character that is written with several.
		 *
		 * @param {string}  text   What is read.
		 * @param {number}  start  Where it begins.
		 * @param {number}  width  How many places each of its units takes; 0 where all stand in one place.
		 * @param {boolean} locked Whether no link may stand in this block.
		 * @param {boolean} closed Whether it stands in a link, or in code.
		 */
		function write( text, start, width, locked, closed ) {
			region = region || { text: '', starts: [], ends: [], closed: [], locked };
			if ( closed ) {
				region.closed.push( [ region.text.length, region.text.length + text.length ] );
			}
			region.text += text;
			for ( let i = 0; i < text.length; i++ ) {
				region.starts.push( 1 === width ? start + i : start );
				region.ends.push( 1 === width ? start + i + 1 : start + width );
			}
		}

		/** Ends the region; one without words is none. */
		function cut() {
			if ( region && /[^\s\uFEFF]/.test( region.text ) ) {
				for ( const found of matches( WRITTEN, region.text ) ) {
					region.closed.push( [ found.index, found.index + found[ 0 ].length ] );
				}
				regions.push( Object.assign( region, { index: regions.length } ) );
			}
			region = null;
		}

		return { write, cut, regions };
	}

	/** WordPress draws an emoji that the browser has no letter for; in what it saves there is the emoji again. */
	function isEmoji( element ) {
		return 'img' === element.localName && element.hasAttribute( 'data-wp-emoji' );
	}

	/**
	 * Reads the document of the visual mode.
	 *
	 * Places are counted over all its text nodes; `point` turns one into a node and an offset.
	 *
	 * @param {Element} body The editor's body.
	 * @return {{regions: Object[], point: Function}} Its regions.
	 */
	function readDocument( body ) {
		const { write, cut, regions } = collector();
		const nodes = [];
		let length = 0;

		function text( node, words, locked, closed ) {
			nodes.push( { node, base: length, end: length + words.length } );
			write( words, length, 1, locked, closed );
			length += words.length;
		}

		function element( node, locked, closed ) {
			const name = node.localName;
			if ( 'br' === name ) {
				write( ' ', length, 0, locked, closed );
			}
			if ( isEmoji( node ) ) {
				text( node, node.alt, locked, closed );
			}
			if ( SKIPPED.test( name ) || 'false' === node.contentEditable || node.hasAttribute( 'data-mce-bogus' ) ) {
				return;
			}
			const block = BLOCK.test( name );
			if ( block ) {
				cut();
			}
			visit( node, locked || LOCKED.test( name ) || CAPTION.test( node.className ), closed || CLOSED.test( name ) );
			if ( block ) {
				cut();
			}
		}

		function visit( parent, locked, closed ) {
			for ( const node of parent.childNodes ) {
				if ( 3 === node.nodeType ) {
					text( node, node.data, locked, closed );
				} else if ( 1 === node.nodeType ) {
					element( node, locked, closed );
				} else if ( 8 === node.nodeType && /^\s*\/?wp:/.test( node.data ) ) {
					cut();
				}
			}
		}

		visit( body, false, false );
		cut();
		return {
			regions,
			point( at, isEnd ) {
				const { node, base } = nodes.find( ( { base: from, end } ) => ( isEnd ? at <= end : at < end && from <= at ) );
				if ( 3 === node.nodeType ) {
					return [ node, at - base ];
				}
				const index = Array.from( node.parentNode.childNodes ).indexOf( node );
				return [ node.parentNode, isEnd ? index + 1 : index ];
			},
		};
	}

	/**
	 * Reads the HTML of the text mode. It need not be exact: it shows where the words stand, and changes nothing.
	 *
	 * @param {string}   html   What stands in the textarea.
	 * @param {Function} decode Turns an entity into its character.
	 * @return {{regions: Object[]}} Its regions.
	 */
	function readHtml( html, decode ) {
		const { write, cut, regions } = collector();
		const open = []; // Elements that are not ended yet: `{ name, locked, closed }`.
		let at = 0;

		const locked = () => open.some( ( element ) => element.locked );
		const closed = () => open.some( ( element ) => element.closed );

		function text( end ) {
			if ( end > at ) {
				write( html.slice( at, end ), at, 1, locked(), closed() );
			}
			at = end;
		}

		function tag( name, ends, attributes ) {
			if ( 'br' === name ) {
				write( ' ', at, 0, locked(), false );
			}
			if ( BLOCK.test( name ) ) {
				cut();
			}
			if ( ends ) {
				const names = open.map( ( element ) => element.name );
				open.splice( names.includes( name ) ? names.lastIndexOf( name ) : open.length );
			} else if ( ( BLOCK.test( name ) && 'hr' !== name ) || CLOSED.test( name ) ) {
				const [ , classes ] = /\bclass=["']?([^"']*)/i.exec( attributes ) || [];
				open.push( { name, locked: LOCKED.test( name ) || CAPTION.test( classes ), closed: CLOSED.test( name ) } );
			}
		}

		TOKEN.lastIndex = 0; // Skipped elements move it on.
		for ( let found = TOKEN.exec( html ); found; found = TOKEN.exec( html ) ) {
			const [ all, comment, ends, written, attributes ] = found;
			text( found.index );
			if ( '&' === all[ 0 ] ) {
				write( decode( all ), at, all.length, locked(), closed() );
			} else if ( written && ! ends && SKIPPED.test( written.toLowerCase() ) ) {
				TOKEN.lastIndex = endOf( html, written, TOKEN.lastIndex );
			} else if ( written ) {
				tag( written.toLowerCase(), ends, attributes );
			} else if ( undefined === comment || /^\s*(?:\/?wp:|more|nextpage)/.test( comment ) ) {
				cut();
			}
			at = TOKEN.lastIndex;
		}
		text( html.length );
		cut();
		return { regions };
	}

	function endOf( html, name, from ) {
		const end = html.toLowerCase().indexOf( '</' + name.toLowerCase(), from );
		return end < 0 ? from : end;
	}

	/**
	 * Finds the place of a suggestion, or of a link that stands there already.
	 *
	 * @param {Object[]} regions What was read.
	 * @param {Object}   place   `{ anchor, block }` as the service names it; without an anchor it is the whole block. `standing`
	 *                           where a link stands there already, be it where no new one may.
	 * @param {Function} findIn  Finds an anchor in one of several texts, as quote.js does.
	 * @return {?{text: string, start: number, end: number, free: boolean}} Where it stands in which text, and whether a link
	 *                                                                     may be put there.
	 */
	function locate( regions, place, findIn ) {
		if ( ! place.anchor ) {
			const region = place.block && regions[ place.block.index ];
			return region
				? { text: region.text, start: region.starts[ 0 ], end: region.ends[ region.ends.length - 1 ], free: false }
				: null;
		}
		const found = ( ! place.standing && findIn( regions.filter( ( { locked } ) => ! locked ), place ) ) || findIn( regions, place );
		if ( ! found ) {
			return null;
		}
		const { item, start, end } = found;
		const free = ! item.locked && ! item.closed.some( ( [ from, to ] ) => from < end && to > start );
		return { text: item.text, start: item.starts[ start ], end: item.ends[ end - 1 ], free };
	}

	/**
	 * Makes a range take in the elements that it covers the whole text of, so that a link would cut none in two.
	 *
	 * @param {Range} range The words to link.
	 * @return {boolean} Whether a link may go around it.
	 */
	function widen( range ) {
		while ( cuts( range.startContainer, range ) ) {
			if ( ! isAtEdge( range.startContainer, range.startOffset, true ) ) {
				return false;
			}
			range.setStartBefore( elementOf( range.startContainer ) );
		}
		while ( cuts( range.endContainer, range ) ) {
			if ( ! isAtEdge( range.endContainer, range.endOffset, false ) ) {
				return false;
			}
			range.setEndAfter( elementOf( range.endContainer ) );
		}
		const inside = range.cloneContents().querySelectorAll( '*' );
		return Array.from( inside ).every( ( element ) => MAY_STAND_IN_LINK.test( element.localName ) || isEmoji( element ) );
	}

	function elementOf( node ) {
		return 3 === node.nodeType ? node.parentNode : node;
	}

	function cuts( node, range ) {
		return node !== range.commonAncestorContainer && elementOf( node ) !== range.commonAncestorContainer;
	}

	function isAtEdge( node, offset, isStart ) {
		if ( 3 === node.nodeType ) {
			const behind = isStart ? node.data.slice( 0, offset ) : node.data.slice( offset );
			const index = Array.from( node.parentNode.childNodes ).indexOf( node );
			return ! behind && isAtEdge( node.parentNode, isStart ? index : index + 1, isStart );
		}
		const nodes = Array.from( node.childNodes );
		const outside = isStart ? nodes.slice( 0, offset ) : nodes.slice( offset );
		return outside.every( ( other ) => 3 === other.nodeType && ! other.data );
	}

	/**
	 * Whether one text is another with one plain link more, and nothing else.
	 *
	 * @param {string} before The text as it was.
	 * @param {string} after  The text with the link.
	 * @return {boolean} Whether taking the link out again gives what was there before.
	 */
	function onlyAddsLink( before, after ) {
		for ( const { 0: tag, index } of matches( /<a href="[^"<>]*">/g, after ) ) {
			const words = index + tag.length;
			const end = after.indexOf( '</a>', words );
			if ( after.slice( 0, index ) + after.slice( words, end ) + after.slice( end + 4 ) === before ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * The smallest change that makes one text out of another.
	 *
	 * @param {string} before The text as it is.
	 * @param {string} after  The text as it shall be.
	 * @return {{start: number, end: number, text: string}} What to put in place of before.slice( start, end ).
	 */
	function difference( before, after ) {
		const most = Math.min( before.length, after.length );
		let start = 0;
		while ( start < most && before[ start ] === after[ start ] ) {
			start++;
		}
		let behind = 0;
		while (
			behind < most - start &&
			before[ before.length - 1 - behind ] === after[ after.length - 1 - behind ]
		) {
			behind++;
		}
		return { start, end: before.length - behind, text: after.slice( start, after.length - behind ) };
	}

	const places = { readDocument, readHtml, locate, widen, onlyAddsLink, difference };
	if ( typeof window !== 'undefined' ) {
		window.linkSuggester = Object.assign( window.linkSuggester || {}, { classicPlaces: places } );
	}
	if ( typeof module !== 'undefined' ) {
		module.exports = places;
	}
} )();
