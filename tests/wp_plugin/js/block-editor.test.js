'use strict';

const assert = require( 'node:assert/strict' );
const { test } = require( 'node:test' );
const { addedLink, textPaths, textsOf, valueAt, withValue } = require( '../../../wp_plugin/assets/block-editor.js' );

const TYPES = {
	'core/paragraph': { attributes: { content: { source: 'rich-text' }, align: {} } },
	'core/heading': { attributes: { content: { source: 'html' } } },
	'core/details': { attributes: { summary: { source: 'rich-text' } } },
	'core/list': { attributes: { values: { source: 'html', multiline: 'li' } } },
	'core/pullquote': { attributes: { value: { source: 'html' }, citation: { source: 'html' } } },
};
const editor = {
	typeOf: ( name ) => TYPES[ name ],
	textOf: ( html ) => html.replace( /<[^>]*>/g, '' ),
	isEditable: ( clientId ) => 'locked' !== clientId,
};
const block = ( name, attributes = {}, innerBlocks = [], clientId = name ) => ( { name: 'core/' + name, attributes, innerBlocks, clientId } );

test( 'texts are listed in the order in which they stand, however deep', () => {
	const post = [
		block( 'heading', { content: 'Bread' } ),
		block( 'columns', {}, [ block( 'column', {}, [ block( 'paragraph', { content: 'One <em>loaf</em>' } ) ] ) ] ),
		block( 'paragraph', { content: ' ' } ),
		block( 'pullquote', { value: 'Two', citation: 'Me' } ),
	];
	const found = textsOf( post, editor ).map( ( { text, index, open } ) => [ text, index, open ] );
	assert.deepEqual( found, [
		[ 'Bread', 0, false ],
		[ 'One loaf', 1, true ],
		[ 'Two', 2, true ],
		[ 'Me', 3, true ],
	] );
} );

const CLOSED = [
	[ 'a synced pattern', [ block( 'block', { ref: 1 }, [ block( 'paragraph', { content: 'Shared' } ) ] ) ], [] ],
	[ 'a locked block', [ block( 'paragraph', { content: 'Locked' }, [], 'locked' ) ], [ false ] ],
	[ 'a heading', [ block( 'heading', { content: 'Bread' } ) ], [ false ] ],
	[ 'the summary of details', [ block( 'details', { summary: 'More' } ) ], [] ],
	[ 'a block of another plugin', [ { ...block( 'x', { content: 'Text' } ), name: 'other/block' } ], [] ],
];

for ( const [ what, post, open ] of CLOSED ) {
	test( `no link is put into ${ what }`, () => assert.deepEqual( textsOf( post, editor ).map( ( each ) => each.open ), open ) );
}

test( 'the cells of a table are texts, but not its headers', () => {
	const cell = ( content, tag = 'td' ) => ( { content, tag } );
	const table = block( 'table', {
		head: [ { cells: [ cell( 'Flour', 'th' ) ] } ],
		body: [ { cells: [ cell( 'Rye' ), cell( 'Wheat' ) ] } ],
		foot: [],
	} );
	assert.deepEqual( textPaths( table ), [
		[ 'body', 0, 'cells', 0, 'content' ],
		[ 'body', 0, 'cells', 1, 'content' ],
	] );
} );

test( 'one value inside of attributes changes, and the others stay the same objects', () => {
	const before = { body: [ { cells: [ { content: 'a' }, { content: 'b' } ] } ], head: [] };
	const path = [ 'body', 0, 'cells', 1, 'content' ];
	const after = withValue( before, path, 'c' );
	assert.equal( valueAt( after, path ), 'c' );
	assert.equal( valueAt( before, path ), 'b' );
	assert.equal( after.head, before.head );
	assert.equal( after.body[ 0 ].cells[ 0 ], before.body[ 0 ].cells[ 0 ] );
	assert.ok( Array.isArray( after.body ) );
} );

const LINKS = [
	[ 'around plain words', 'a b c', 'a <a href="/x">b</a> c', 'b' ],
	[ 'around bold words', 'a <strong>b</strong> c', 'a <a href="/x"><strong>b</strong></a> c', '<strong>b</strong>' ],
	[ 'inside of bold words', '<strong>a b</strong>', '<strong>a <a href="/x">b</a></strong>', 'b' ],
	[ 'beside another link', '<a href="/y">a</a> b', '<a href="/y">a</a> <a href="/x">b</a>', 'b' ],
];

for ( const [ what, before, after, inner ] of LINKS ) {
	test( `a link ${ what } is told by its two tags`, () => {
		assert.deepEqual( addedLink( before, after ), { start: after.indexOf( '<a href="/x">' ), tag: '<a href="/x">', inner } );
	} );
}

const CHANGED = [
	[ 'two links', 'a <em>b c</em>', '<a href="/x">a </a><em><a href="/x">b</a> c</em>' ],
	[ 'an entity written otherwise', 'a&nbsp;b', 'a\u00a0<a href="/x">b</a>' ],
	[ 'more attributes', 'a b', 'a <a href="/x" rel="x">b</a>' ],
	[ 'no link', 'a b', 'a b' ],
];

for ( const [ what, before, after ] of CHANGED ) {
	test( `${ what } is not taken for one added link`, () => assert.equal( addedLink( before, after ), null ) );
}
