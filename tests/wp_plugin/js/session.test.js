'use strict';

const assert = require( 'node:assert/strict' );
const { test } = require( 'node:test' );
const { createSession } = require( '../../../wp_plugin/assets/session.js' );
const { says } = require( '../../../wp_plugin/assets/words.js' );
const contract = require( '../../contract/suggestions.json' );

const [ FIRST, SECOND ] = contract.suggestions.map( ( { target } ) => target.id );
const soon = () => new Promise( ( done ) => setImmediate( done ) );

/** An editor and a service made of paper. */
function desk( t, { config = {}, answers = [], located = () => true, applied = { ok: true, undo: async () => ( { ok: true } ) }, verdict = async () => {} } = {} ) {
	t.mock.timers.enable( { apis: [ 'setTimeout', 'Date' ] } );
	const told = { asked: [], aborted: 0, verdicts: [], announced: [], applied: [] };
	const text = { title: 'Feeding day', content: '<p>Feed the sourdough starter.</p>', type: 'post' };
	let onChange = null;
	const adapter = {
		postId: () => 1,
		draft: () => ( { ...text } ),
		subscribe: ( listener ) => {
			onChange = listener;
			return () => ( onChange = null );
		},
		locate: located,
		mark: () => {},
		apply: async ( suggestion, choice ) => {
			told.applied.push( choice );
			text.content += applied.ok ? '<a>' : '';
			return applied;
		},
		announce: ( sentence ) => told.announced.push( sentence ),
	};
	const api = {
		suggestions: ( id, draft, signal ) => {
			told.asked.push( draft );
			signal.addEventListener( 'abort', () => told.aborted++ );
			const next = answers.shift() || contract;
			return next instanceof Error ? Promise.reject( Object.assign( next, { code: next.name } ) ) : Promise.resolve( next );
		},
		verdict: ( id, body ) => {
			told.verdicts.push( body );
			return verdict();
		},
	};
	const session = createSession( adapter, api, { configured: true, ...config }, says );
	const type = async ( content, wait = 1200 ) => {
		text.content = content;
		onChange();
		t.mock.timers.tick( wait );
		await soon();
	};
	return { session, told, type, tick: ( ms ) => t.mock.timers.tick( ms ), ids: () => session.items().map( ( { suggestion } ) => suggestion.target.id ) };
}

test( 'nothing is asked before somebody looks', async ( t ) => {
	const { session, told } = desk( t );
	assert.equal( told.asked.length, 0 );
	session.watch();
	await soon();
	assert.equal( told.asked.length, 1 );
} );

test( 'nothing is asked while nothing is connected', async ( t ) => {
	const { session, told } = desk( t, { config: { configured: false } } );
	session.watch();
	session.loadInbound();
	await soon();
	assert.equal( told.asked.length, 0 );
} );

test( 'an empty post is not sent', async ( t ) => {
	const { session, told, type } = desk( t );
	session.watch();
	await soon();
	await type( '<!-- wp:paragraph -->\n<p>&nbsp;</p>\n<!-- /wp:paragraph -->'.replace( /<!--.*?-->/g, '' ) );
	assert.equal( session.state.blank, true );
	assert.equal( told.asked.length, 1 );
} );

test( 'the text is sent once it rests, and only where it changed', async ( t ) => {
	const { session, told, type } = desk( t );
	session.watch();
	await soon();
	await type( '<p>A</p>', 1000 );
	await type( '<p>A b</p>', 1000 );
	assert.equal( told.asked.length, 1 );
	await type( '<p>A b c</p>' );
	await type( '<p>A b c</p>' );
	assert.deepEqual( told.asked.map( ( { content } ) => content ).slice( 1 ), [ '<p>A b c</p>' ] );
} );

test( 'two lookers share one question, and nobody asks when both are gone', async ( t ) => {
	const { session, told } = desk( t );
	const stops = [ session.watch(), session.watch() ];
	await soon();
	stops.forEach( ( stop ) => stop() );
	assert.equal( told.asked.length, 1 );
	session.watch();
	await soon();
	assert.equal( told.asked.length, 1 );
} );

test( 'a stale answer is dropped', async ( t ) => {
	let late;
	const waiting = new Promise( ( done ) => ( late = done ) );
	const fresh = { ...contract, suggestions: contract.suggestions.slice( 1 ) };
	const { session, told, type, ids } = desk( t, { answers: [ waiting, fresh ] } );
	session.watch();
	await type( '<p>Other words.</p>' );
	assert.deepEqual( ids(), [ SECOND ] );
	assert.equal( told.aborted, 1 );
	late( contract );
	await soon();
	assert.deepEqual( ids(), [ SECOND ] );
} );

test( 'what was added goes from the list at once, and the verdict is told when it can no longer be undone', async ( t ) => {
	const { session, told, tick } = desk( t );
	session.watch();
	await soon();
	await session.add( contract.suggestions[ 0 ] );
	assert.equal( session.items()[ 0 ].notice.verdict, 'accepted' );
	assert.equal( told.verdicts.length, 0 );
	tick( 10000 );
	assert.deepEqual( told.verdicts, [ { target_id: FIRST, verdict: 'accepted', anchor: 'sourdough starter' } ] );
} );

test( 'nothing moves in the list while somebody points at it, though verdicts are told in time', async ( t ) => {
	const { session, told, tick, ids } = desk( t );
	session.watch();
	await soon();
	session.hold( true );
	session.dismiss( contract.suggestions[ 0 ] );
	tick( 10000 );
	assert.deepEqual( told.verdicts.map( ( { verdict } ) => verdict ), [ 'dismissed' ] );
	assert.deepEqual( ids(), [ FIRST, SECOND ] );
	assert.equal( session.items()[ 0 ].notice.undo, null, 'it cannot be undone here any more' );
	session.settleAll();
	assert.equal( told.verdicts.length, 1, 'and is told once' );
	session.hold( false );
	assert.deepEqual( ids(), [ SECOND ] );
} );

test( 'a verdict that could not be told brings the suggestion back once, in a list that is held too', async ( t ) => {
	const { session, tick, ids } = desk( t, { verdict: () => Promise.reject( new Error( 'The service is away.' ) ) } );
	session.watch();
	await soon();
	session.hold( true );
	session.dismiss( contract.suggestions[ 0 ] );
	tick( 10000 );
	await soon();
	assert.deepEqual( ids(), [ FIRST, SECOND ] );
	assert.equal( session.items()[ 0 ].notice, null );
	assert.equal( session.state.failed[ FIRST ], 'The service is away.' );
} );

test( 'what was added and undone comes back, and no verdict is told', async ( t ) => {
	const { session, told, tick, ids } = desk( t );
	session.watch();
	await soon();
	await session.add( contract.suggestions[ 0 ] );
	await session.undo( FIRST );
	tick( 60000 );
	assert.deepEqual( ids(), [ FIRST, SECOND ] );
	assert.deepEqual( told.verdicts, [] );
} );

test( 'what the editor\'s own undo took out before it was asked again comes back', async ( t ) => {
	const { session, told, type, ids } = desk( t );
	session.watch();
	await soon();
	await type( '<p>A</p>' );
	session.dismiss( contract.suggestions[ 1 ] );
	await session.add( contract.suggestions[ 0 ] );
	await type( '<p>A <a>b</a></p>', 600 );
	await type( '<p>A</p>' );
	assert.equal( told.asked.length, 2 );
	assert.deepEqual( session.items().map( ( { notice } ) => notice && notice.verdict ), [ null, 'dismissed' ] );
	assert.equal( ids()[ 0 ], FIRST );
	t.mock.timers.tick( 60000 );
	assert.deepEqual( told.verdicts.map( ( { verdict } ) => verdict ), [ 'dismissed' ] );
} );

test( 'an answer to an older text does not bring back what was added', async ( t ) => {
	const { session, type, ids } = desk( t );
	session.watch();
	await soon();
	await session.add( contract.suggestions[ 0 ] );
	await type( '<p>Another text.</p>' );
	assert.deepEqual( ids(), [ FIRST, SECOND ], 'a newer one does: its link was taken out again' );
	assert.equal( session.items()[ 0 ].notice, null );
} );

test( 'what was dismissed stays away, and leaving the page tells the verdict', async ( t ) => {
	const { session, told, type } = desk( t );
	session.watch();
	await soon();
	session.dismiss( contract.suggestions[ 0 ] );
	session.settleAll();
	assert.deepEqual( told.verdicts, [ { target_id: FIRST, verdict: 'dismissed', anchor: 'sourdough starter' } ] );
	await type( '<p>Another text.</p>' );
	assert.deepEqual( session.items().map( ( { suggestion } ) => suggestion.target.id ), [ SECOND ] );
} );

test( 'what could not be added says why and stays', async ( t ) => {
	const { session, ids } = desk( t, { applied: { ok: false, message: 'The words are gone.' } } );
	session.watch();
	await soon();
	await session.add( contract.suggestions[ 0 ] );
	assert.equal( session.state.failed[ FIRST ], 'The words are gone.' );
	assert.deepEqual( ids(), [ FIRST, SECOND ] );
} );

test( 'words that stand where no link may be put give way to others, or are left out', async ( t ) => {
	const { anchor, alternatives } = contract.suggestions[ 0 ];
	const others = desk( t, { located: ( place ) => place.anchor.text === alternatives[ 0 ].anchor.text } );
	others.session.watch();
	await soon();
	assert.equal( others.session.choiceFor( contract.suggestions[ 0 ] ).anchor.text, 'starter' );
	assert.notEqual( anchor.text, 'starter' );
} );

test( 'words that stand nowhere are left out', async ( t ) => {
	const { session, ids } = desk( t, { located: () => false } );
	session.watch();
	await soon();
	assert.deepEqual( ids(), [ SECOND ] );
} );

test( 'the target a writer came for comes first', async ( t ) => {
	const { session, ids, told } = desk( t, { config: { target: SECOND } } );
	session.watch();
	await soon();
	assert.deepEqual( ids(), [ SECOND, FIRST ] );
	assert.equal( told.asked[ 0 ].limit, 30 );
} );

test( 'a failure is said once and stops the asking for a while', async ( t ) => {
	const down = () => Object.assign( new Error( 'The service did not answer.' ), { name: 'link_suggester_down' } );
	const { session, told, type } = desk( t, { answers: [ down(), down() ] } );
	session.watch();
	await soon();
	await type( '<p>One.</p>' );
	await type( '<p>Two.</p>' );
	assert.equal( told.asked.length, 1 );
	assert.equal( session.state.error.lasting, false );
	await session.retry();
	assert.deepEqual( told.announced, [ 'The service did not answer.' ] );
	await session.retry();
	assert.equal( session.state.error, null );
} );

test( 'a failure that only an administrator can mend is not asked about again', async ( t ) => {
	const refused = Object.assign( new Error( 'The key is wrong.' ), { name: 'link_suggester_refused' } );
	const { session, told, type, tick } = desk( t, { answers: [ refused ] } );
	session.watch();
	await soon();
	tick( 600000 );
	await type( '<p>One.</p>' );
	assert.equal( told.asked.length, 1 );
	assert.equal( session.state.error.lasting, true );
} );

test( 'the number of suggestions is announced when it changes, and not again', async ( t ) => {
	const { session, told, type } = desk( t );
	session.watch();
	await soon();
	await type( '<p>One.</p>' );
	await type( '<p>Two.</p>' );
	assert.deepEqual( told.announced, [ '1 suggestion' ] );
} );
