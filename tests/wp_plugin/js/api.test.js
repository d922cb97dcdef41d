'use strict';

const assert = require( 'node:assert/strict' );
const { beforeEach, test } = require( 'node:test' );

let asked = [];
let answers = [];
global.wp = {
	i18n: { __: ( text ) => text },
	apiFetch: async ( request ) => {
		asked.push( request );
		const answer = answers.shift();
		if ( answer instanceof Error || answer.code ) {
			throw answer;
		}
		return answer;
	},
};
const api = require( '../../../wp_plugin/assets/api.js' );
const wrapped = ( status, body ) => ( { status, body, headers: {} } );

beforeEach( () => {
	asked = [];
	answers = [];
} );

test( 'what is asked comes in an envelope, and is taken out of it', async () => {
	answers = [ wrapped( 200, { posts: {} } ), wrapped( 201, { received: 1 } ) ];
	assert.deepEqual( await api.counts( [ 1, 2 ] ), { posts: {} } );
	assert.deepEqual( await api.verdict( 7, { target_id: 2 } ), { received: 1 } );
	assert.deepEqual( asked, [
		{ path: '/link-suggester/v1/counts?ids=1,2&_envelope=1' },
		{ path: '/link-suggester/v1/posts/7/verdicts?_envelope=1', method: 'POST', data: { target_id: 2 }, keepalive: true },
	] );
} );

test( 'an error in the envelope is thrown with its sentence', async () => {
	answers = [ wrapped( 502, { code: 'link_suggester_down', message: 'It does not answer.', data: { status: 502 } } ) ];
	await assert.rejects( api.inbound( 7 ), { code: 'link_suggester_down', message: 'It does not answer.' } );
} );

test( 'an old nonce is seen by WordPress, which gets a new one', async () => {
	answers = [ wrapped( 403, { code: 'rest_cookie_invalid_nonce', message: 'Cookie check failed' } ), { target_id: 7 } ];
	assert.deepEqual( await api.inbound( 7 ), { target_id: 7 } );
	assert.deepEqual( asked[ 1 ], { path: '/link-suggester/v1/posts/7/inbound' } );
} );

test( 'what is given up is no failure to be told', async () => {
	answers = [ Object.assign( new Error( 'given up' ), { name: 'AbortError' } ) ];
	await assert.rejects( api.suggestions( 7, {} ), { name: 'AbortError' } );
} );

for ( const code of [ 'fetch_error', 'invalid_json', 'unknown' ] ) {
	test( `${ code } is told in a sentence that helps`, async () => {
		answers = [ { code, message: 'Something technical.' } ];
		await assert.rejects( api.inbound( 7 ), ( error ) => code === error.code && /Your post is safe/.test( error.message ) );
	} );
}
