/**
 * Finds quoted words in a text that may have changed since they were quoted. Pure: no document, no WordPress.
 */
( function () {
	'use strict';

	// What the service folds into one space: Python's white space, which is not quite JavaScript's.
	const SPACE = /[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
	const NOTHING = /[\ufeff\ufffc]/; // Padding of the editor, and its stand-in for an inline image.
	const LETTER = /[\p{L}\p{N}]/u;
	const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
	const CONTINUES = /^[\p{M}\u200d\u{1f3fb}-\u{1f3ff}]/u;

	/**
	 * Folds white space like the service, and remembers where each character stood.
	 *
	 * @param {string} text Any text.
	 * @return {{text: string, at: number[]}} The folded text; for each of its characters the offset in the original.
	 */
	function fold( text ) {
		let folded = '';
		const at = [];
		for ( let i = 0; i < text.length; i++ ) {
			const space = SPACE.test( text[ i ] );
			if ( NOTHING.test( text[ i ] ) || ( space && ( ! folded || folded.endsWith( ' ' ) ) ) ) {
				continue;
			}
			folded += space ? ' ' : text[ i ];
			at.push( i );
		}
		return { text: folded.trimEnd(), at };
	}

	/**
	 * Counts the characters that two texts have in common, from their beginnings or from their ends.
	 *
	 * @param {string}  one   A text.
	 * @param {string}  other Another.
	 * @param {boolean} ends  Whether to count from the ends.
	 * @return {number} How many.
	 */
	function common( one, other, ends ) {
		const most = Math.min( one.length, other.length );
		let n = 0;
		while ( n < most && ( ends ? one[ one.length - 1 - n ] === other[ other.length - 1 - n ] : one[ n ] === other[ n ] ) ) {
			n++;
		}
		return n;
	}

	/**
	 * Whether a word goes on over a place between two texts.
	 *
	 * @param {string} left  What stands before.
	 * @param {string} right What stands after.
	 * @return {boolean} Whether it does.
	 */
	function cutsWord( left, right ) {
		const a = Array.from( left.slice( -2 ) ).pop() || '';
		const b = Array.from( right.slice( 0, 2 ) )[ 0 ] || '';
		return CONTINUES.test( b ) || ( LETTER.test( a ) && LETTER.test( b ) && ! UNSPACED.test( a ) && ! UNSPACED.test( b ) );
	}

	/**
	 * Rates every place where the quoted words stand, best first.
	 *
	 * A place inside of a word is none, unless the words were quoted from inside of one.
	 *
	 * @param {string} text   Plain text of a block.
	 * @param {Object} anchor `{ text, before, after }` as the service sent it.
	 * @return {Array<{start: number, end: number, score: number}>} Offsets in `text`; how familiar the surroundings are.
	 */
	function places( text, anchor ) {
		const words = fold( anchor.text ).text;
		const folded = fold( text );
		const found = [];
		const wasInside = [ cutsWord( anchor.before, words ), cutsWord( words, anchor.after ) ];
		for ( let i = words ? folded.text.indexOf( words ) : -1; i >= 0; i = folded.text.indexOf( words, i + 1 ) ) {
			const before = folded.text.slice( 0, i );
			const after = folded.text.slice( i + words.length );
			if ( ( cutsWord( before, words ) && ! wasInside[ 0 ] ) || ( cutsWord( words, after ) && ! wasInside[ 1 ] ) ) {
				continue;
			}
			const edges = ( ! before === ! anchor.before ? 0.4 : 0 ) + ( ! after === ! anchor.after ? 0.4 : 0 );
			found.push( {
				start: folded.at[ i ],
				end: folded.at[ i + words.length - 1 ] + 1,
				score: common( before, anchor.before, true ) + common( after, anchor.after ) + edges,
			} );
		}
		return found.sort( ( a, b ) => b.score - a.score );
	}

	/**
	 * Finds the place that looks most like the one the words were quoted from.
	 *
	 * @param {string} text   Plain text of a block.
	 * @param {Object} anchor `{ text, before, after }`.
	 * @return {?{start: number, end: number}} Offsets in `text`, or null where the words are gone or nothing around them is known.
	 */
	function find( text, anchor ) {
		const found = places( text, anchor );
		const lost = found.length > 1 && found[ 0 ].score < 1 && ( anchor.before || anchor.after );
		return found.length && ! lost ? { start: found[ 0 ].start, end: found[ 0 ].end } : null;
	}

	/**
	 * Finds the quoted words in one of several texts: the most familiar place wins, the nearest text among equals.
	 *
	 * @param {Array<{text: string, index: number}>} texts Texts with their place in the post.
	 * @param {Object}                               place `{ anchor, block }`.
	 * @return {?{item: Object, start: number, end: number}} Which one, and where in it.
	 */
	function findIn( texts, place ) {
		let best = null;
		let seen = 0;
		for ( const item of texts ) {
			const [ first, ...more ] = places( item.text, place.anchor );
			if ( ! first ) {
				continue;
			}
			seen += 1 + more.length;
			const away = Math.abs( item.index - ( place.block ? place.block.index : 0 ) );
			if ( ! best || first.score > best.score || ( first.score === best.score && away < best.away ) ) {
				best = { item, away, ...first };
			}
		}
		const lost = seen > 1 && best.score < 1 && ( place.anchor.before || place.anchor.after );
		return lost ? null : best;
	}

	/**
	 * Cuts the sentence of a suggestion around its anchor, or that of new text around the words that carry the link.
	 *
	 * @param {Object} suggestion `{ sentence, anchor, new_text }`.
	 * @return {{before: string, anchor: string, after: string}} The three parts.
	 */
	function sentenceParts( suggestion ) {
		const { sentence, anchor, new_text: added } = suggestion;
		if ( ! anchor && ! added ) {
			return { before: '', anchor: '', after: sentence };
		}
		const text = anchor ? sentence : added.sentence;
		const range = anchor ? find( text, anchor ) : find( text, { text: added.anchor, before: '', after: '' } );
		if ( range ) {
			return {
				before: text.slice( 0, range.start ),
				anchor: text.slice( range.start, range.end ),
				after: text.slice( range.end ),
			};
		}
		return anchor ? { before: anchor.before, anchor: anchor.text, after: anchor.after } : { before: text, anchor: '', after: '' };
	}

	const quote = { fold, find, findIn, sentenceParts };
	if ( typeof window !== 'undefined' ) {
		window.linkSuggester = Object.assign( window.linkSuggester || {}, { quote } );
	}
	if ( typeof module !== 'undefined' ) {
		module.exports = quote;
	}
} )();
