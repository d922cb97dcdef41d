/**
 * What the column “Links in / out” says of a post.
 */
'use strict';

const { test } = require( 'node:test' );
const assert = require( 'node:assert/strict' );

global.wp = {
	i18n: {
		__: ( text ) => text,
		_n: ( one, many, n ) => ( 1 === n ? one : many ),
		sprintf: ( format, ...values ) => values.reduce( ( text, value ) => text.replace( /%(?:\d\$)?[ds]/, value ), format ),
	},
};
const { describe } = require( '../../../wp_plugin/assets/posts-list.js' );

const ROWS = [
	[ { inbound: 3, outbound: 5, orphan: false }, '3 / 5', '3 links in, 5 links out', '' ],
	[ { inbound: 1, outbound: 1, orphan: false }, '1 / 1', '1 link in, 1 link out', '' ],
	[ { inbound: 0, outbound: 2, orphan: true }, '0 / 2', '0 links in, 2 links out', 'Orphan' ],
	[ { inbound: 0, outbound: 0, orphan: false }, '0 / 0', '0 links in, 0 links out', '' ],
];
for ( const [ counts, seen, heard, orphan ] of ROWS ) {
	test( `${ seen } is read out as “${ heard }”${ orphan && ', and is marked in a word' }`, () => {
		assert.deepEqual( describe( counts ), { seen, heard, orphan } );
	} );
}
