'use strict';

const assert = require( 'node:assert/strict' );
const { readFileSync } = require( 'node:fs' );
const { join } = require( 'node:path' );
const { test } = require( 'node:test' );
const vm = require( 'node:vm' );

const FILE = join( __dirname, '../../../wp_plugin/assets/clicks.js' );
const SCRIPT = readFileSync( FILE, 'utf8' );
const MOST_BYTES = 1500;
const MARKED = 'a[data-link-suggester]';

/* A page with the script on it; gives what it sent, and what it asked the browser for. */
function page( reader = {}, found = null ) {
	const sent = [];
	const listens = {};
	const window = {
		linkSuggesterClicks: { to: 'https://blog.example/wp-json/x', post: 7 },
		navigator: { sendBeacon: ( to, body ) => sent.push( `${ to } ${ body }` ), ...reader },
		location: new URL( 'https://blog.example/bread/?page=2' ),
		document: { querySelector: () => found },
		addEventListener: ( kind, listener ) => ( listens[ kind ] = listener ),
		URLSearchParams,
		Set,
	};
	window.window = window;
	vm.runInNewContext( SCRIPT, window );
	return { sent, listens };
}

function link( href, marked = true ) {
	const { origin, pathname, search, href: whole } = new URL( href, 'https://blog.example/bread/' );
	const found = { origin, pathname, search, href: whole, getAttribute: () => href };
	return { closest: ( what ) => ( marked && what === MARKED ? found : null ) };
}

function click( { listens }, href, event = {} ) {
	const { kind = 'click', marked = true, ...rest } = event;
	listens[ kind ]( { isTrusted: true, button: 0, target: link( href, marked ), ...rest } );
}

const SENT = 'https://blog.example/wp-json/x post=7&href=%2Fcompost%2F';

test( 'a click sends the post and the link and nothing else, once', () => {
	const here = page();
	click( here, '/compost/' );
	click( here, '/compost/' );
	assert.deepEqual( here.sent, [ SENT ] );
} );

test( 'a click of the middle button counts as well', () => {
	const here = page();
	click( here, '/compost/', { kind: 'auxclick', button: 1 } );
	assert.deepEqual( here.sent, [ SENT ] );
} );

for ( const [ what, href, event ] of [
	[ 'of another site', 'https://other.example/' ],
	[ 'that is not in the content', '/compost/', { marked: false } ],
	[ 'to a part of the same page', '?page=2#top' ],
	[ 'to no page', 'mailto:me@blog.example' ],
	[ 'that a script clicked', '/compost/', { isTrusted: false } ],
	[ 'that opened a menu of the browser', '/compost/', { kind: 'auxclick', button: 2 } ],
] ) {
	test( `a link ${ what } is not counted`, () => {
		const here = page();
		click( here, href, event );
		assert.deepEqual( here.sent, [] );
	} );
}

for ( const [ who, reader, found ] of [
	[ 'who asks not to be tracked', { doNotTrack: '1' } ],
	[ 'with Global Privacy Control', { globalPrivacyControl: true } ],
	[ 'that is a program', { webdriver: true } ],
	[ 'who writes here', {}, {} ],
] ) {
	test( `a reader ${ who } is not counted`, () => {
		const here = page( reader, found );
		click( here, '/compost/' );
		assert.deepEqual( here.sent, [] );
	} );
}

test( 'the script is small, and knows no cookies, storage or referrer', () => {
	assert.ok( Buffer.byteLength( SCRIPT ) < MOST_BYTES );
	assert.doesNotMatch( SCRIPT, /cookie|Storage|referrer|fetch|indexedDB/ );
} );
