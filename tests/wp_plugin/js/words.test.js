'use strict';

const assert = require( 'node:assert/strict' );
const { test } = require( 'node:test' );
const words = require( '../../../wp_plugin/assets/words.js' );
const api = require( '../../../wp_plugin/assets/api.js' );
const answer = require( '../../contract/suggestions.json' );

test( 'a reason names the words that the service named', () => {
	const reason = { code: 'similar_text', text: 'Both texts speak of “rye” and “starter”.' };
	assert.equal( words.reason( reason ), 'Both texts speak of “rye”, “starter”.' );
} );

test( 'a reason that is not known yet is shown as it came', () => {
	assert.equal( words.reason( { code: 'moonlight', text: 'The moon is full.' } ), 'The moon is full.' );
} );

test( 'nothing to suggest comes with the reasons that took most', () => {
	const dropped = { itself: 1, already_linked: 2, nothing_similar: 9, unsure: 0, other_language: 1, words_taken: 3 };
	assert.equal(
		words.nothing( dropped ),
		'Nothing to suggest: nothing in common (9), its words carry another link (3), already linked from the post (2).'
	);
	assert.match( words.nothing( {} ), /no other post comes near/ );
} );

const CONFIDENCES = [
	[ { confidence: 'high', shown: true }, 'Strong' ],
	[ { confidence: 'medium', shown: false }, 'Good' ],
	[ { confidence: 'low', shown: true }, 'Possible' ],
	[ { confidence: 'low', shown: false }, 'Weak' ],
];

test( 'how sure we are is said in words', () => {
	assert.deepEqual( CONFIDENCES.map( ( [ suggestion ] ) => words.confidence( suggestion ) ), CONFIDENCES.map( ( [ , word ] ) => word ) );
	assert.deepEqual( answer.suggestions.map( words.confidence ), [ 'Strong', 'Weak' ] );
} );

test( 'one line says what waits before publishing', () => {
	assert.deepEqual( [ 0, 1, 3 ].map( words.waiting ), [ 'No links are waiting.', '1 good link is waiting.', '3 good links are waiting.' ] );
} );

const ERRORS = [
	[ { code: 'link_suggester_down', message: 'The service did not answer.' }, 'The service did not answer.' ],
	[ { code: 'fetch_error', message: 'You are probably offline.' }, /cannot be reached/ ],
	[ { code: 'invalid_json', message: 'The response is not a valid JSON response.' }, /no answer that can be read/ ],
	[ undefined, /no answer that can be read/ ],
];

for ( const [ error, sentence ] of ERRORS ) {
	test( `the failure ${ error ? error.code : 'without a name' } has a sentence that can be shown`, () => {
		const { code, message } = api.told( error );
		assert.equal( typeof code, 'string' );
		assert.match( message, sentence instanceof RegExp ? sentence : new RegExp( sentence ) );
	} );
}
