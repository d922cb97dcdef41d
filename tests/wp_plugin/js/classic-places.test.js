/**
 * Where the words of a suggestion stand in the HTML of the classic editor.
 */
'use strict';

const { test } = require( 'node:test' );
const assert = require( 'node:assert/strict' );

const { readHtml, locate, onlyAddsLink, difference } = require( '../../../wp_plugin/assets/classic-places.js' );
const { findIn } = require( '../../../wp_plugin/assets/quote.js' );

const ENTITIES = { '&amp;': '&', '&nbsp;': '\xa0', '&eacute;': 'é', '&#128512;': '😀', '&lt;': '<' };

function found( html, text, around = {}, index = 0 ) {
	const anchor = { text, before: '', after: '', ...around };
	const { regions } = readHtml( html, ( entity ) => ENTITIES[ entity ] );
	const place = locate( regions, { anchor, block: { index, kind: 'paragraph' } }, findIn );
	return place && place.free ? html.slice( place.start, place.end ) : null;
}

const FOUND = [
	[ 'plain words', 'Feed the sourdough starter.', 'sourdough starter', 'sourdough starter' ],
	[ 'words over a line break', 'Feed the sourdough\nstarter.', 'sourdough starter', 'sourdough\nstarter' ],
	[ 'words with bold inside', '<p>A <b>good</b> starter</p>', 'good starter', 'good</b> starter' ],
	[ 'words with an entity', 'Fish &amp; chips', 'Fish & chips', 'Fish &amp; chips' ],
	[ 'words with a hard space', 'ten&nbsp;hens here', 'ten hens', 'ten&nbsp;hens' ],
	[ 'words behind an emoji that is written as an entity', '&#128512; caf&eacute; noir', 'café noir', 'caf&eacute; noir' ],
	[ 'words behind a plain emoji', '👩‍🌾 grows kale', 'grows kale', 'grows kale' ],
	[ 'words in a table cell', '<table><tr><th>kale</th><td>kale</td></tr></table>', 'kale', 'kale' ],
	[ 'words in a list', '<ul>\n\t<li>green kale</li>\n</ul>', 'green kale', 'green kale' ],
	[ 'words in a quote', '<blockquote>green kale</blockquote>', 'green kale', 'green kale' ],
	[ 'words behind a script', '<script>if ( a < b ) { kale }</script>green kale', 'green kale', 'green kale' ],
	[ 'words behind a caption', '<p class="wp-caption-text">kale</p>\n\ngreen kale', 'green kale', 'green kale' ],
	[ 'words behind a tag that is not ended', 'green kale <b', 'green kale', 'green kale' ],
];
for ( const [ what, html, words, expected ] of FOUND ) {
	test( `it finds ${ what }`, () => assert.equal( found( html, words ), expected ) );
}

const NOT_FOUND = [
	[ 'a link', 'See <a href="/x">green kale</a>.' ],
	[ 'part of a link', '<a href="/x">See green</a> kale' ],
	[ 'code', '<code>green kale</code>' ],
	[ 'a heading', '<h2>green kale</h2>' ],
	[ 'preformatted text', '<pre>green kale</pre>' ],
	[ 'a caption', '<p class="wp-caption-text">green kale</p>' ],
	[ 'the caption of an image', '[caption id="a"]<img src="x"> green kale[/caption]' ],
	[ 'a shortcode', '[gallery title="green kale"]' ],
	[ 'an attribute', '<img alt="green kale">' ],
	[ 'a comment', '<!-- green kale -->' ],
	[ 'two paragraphs', 'green\n\nkale' ],
	[ 'two cells', '<table><tr><td>green</td><td>kale</td></tr></table>' ],
];
for ( const [ where, html ] of NOT_FOUND ) {
	test( `no link may stand in ${ where }`, () => assert.equal( found( html, 'green kale' ), null ) );
}

test( 'words that carry a link can be shown', () => {
	const { regions } = readHtml( 'See <a href="/x">green kale</a>.', String );
	const anchor = { text: 'green kale', before: 'See ', after: '.' };
	assert.deepEqual( locate( regions, { anchor, block: { index: 0 } }, findIn ), { text: 'See green kale.', start: 17, end: 27, free: false } );
} );

test( 'a whole block can be shown', () => {
	const { regions } = readHtml( 'One.\n\nTwo <b>and</b> more.', String );
	assert.deepEqual( locate( regions, { anchor: null, block: { index: 1 } }, findIn ), { text: 'Two and more.', start: 6, end: 26, free: false } );
} );

test( 'the surroundings tell the same words apart', () => {
	const html = 'Sow kale in May.\n\nEat kale in June.';
	const { regions } = readHtml( html, String );
	const anchor = { text: 'kale', before: 'Eat ', after: ' in June.' };
	assert.equal( locate( regions, { anchor, block: { index: 0 } }, findIn ).start, html.lastIndexOf( 'kale' ) );
} );

test( 'where the surroundings are the same the nearest block wins', () => {
	const html = 'Sow kale.\n\n<h2>Then</h2>\nSow kale.';
	const { regions } = readHtml( html, String );
	const anchor = { text: 'kale', before: 'Sow ', after: '.' };
	assert.equal( locate( regions, { anchor, block: { index: 2 } }, findIn ).start, html.lastIndexOf( 'kale' ) );
} );

const CHANGES = [
	[ 'one link', 'a <b>c</b> d', 'a <a href="https://x.example/?p=1&amp;q=2"><b>c</b></a> d', true ],
	[ 'one link among others', '<a href="/1">a</a> b', '<a href="/1">a</a> <a href="/2">b</a>', true ],
	[ 'a link with a class', 'a', '<a class="x" href="/1">a</a>', false ],
	[ 'a link and a space', 'a b', '<a href="/1">a</a>  b', false ],
	[ 'a link and less text', 'a b', '<a href="/1">a</a>', false ],
	[ 'two links', 'a b', '<a href="/1">a</a> <a href="/1">b</a>', false ],
	[ 'nothing', 'a b', 'a b', false ],
];
for ( const [ what, before, after, expected ] of CHANGES ) {
	test( `${ what } is ${ expected ? '' : 'not ' }just one plain link`, () => {
		assert.equal( onlyAddsLink( before, after ), expected );
	} );
}

const DIFFERENCES = [
	[ 'see kale here', 'see <a href="/k">kale</a> here' ],
	[ '<b>kale</b>', '<b><a href="/k">kale</a></b>' ],
	[ 'a <b>kale</b>', 'a <a href="/k"><b>kale</b></a>' ],
	[ 'aaa', 'aaaa' ],
	[ 'same', 'same' ],
	[ '', 'new' ],
];
for ( const [ before, after ] of DIFFERENCES ) {
	test( `putting in the difference makes “${ after }” of “${ before }”`, () => {
		const { start, end, text } = difference( before, after );
		assert.equal( before.slice( 0, start ) + text + before.slice( end ), after );
	} );
}

test( 'a difference is as small as can be', () => {
	const change = difference( 'see kale here', 'see <a href="/k">kale</a> here' );
	assert.deepEqual( change, { start: 4, end: 8, text: '<a href="/k">kale</a>' } );
} );
