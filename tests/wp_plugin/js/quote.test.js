'use strict';

const assert = require( 'node:assert/strict' );
const { test } = require( 'node:test' );
const { fold, find, findIn, sentenceParts } = require( '../../../wp_plugin/assets/quote.js' );
const answer = require( '../../contract/suggestions.json' );

const quoted = ( text, before = '', after = '' ) => ( { text, before, after } );

const STANDS = [
	[ 'plain words', 'Feed the sourdough starter twice.', quoted( 'sourdough starter', 'Feed the ', ' twice.' ) ],
	[ 'words over a no-break space', 'Feed the sourdough\u00a0starter twice.', quoted( 'sourdough starter', 'Feed the ', ' twice.' ) ],
	[ 'words over a line break', 'Feed the sourdough\n\t starter twice.', quoted( 'sourdough starter', 'Feed the ', ' twice.' ) ],
	[ 'words behind an emoji', '👩‍🌾 grows 🥕 carrots', quoted( 'carrots', '👩‍🌾 grows 🥕 ' ) ],
	[ 'an emoji of several parts', 'Ask the 👩‍🌾 today', quoted( '👩‍🌾', 'Ask the ', ' today' ) ],
	[ 'words with the signs that HTML writes as entities', 'Salt & pepper <here>', quoted( 'Salt & pepper', '', ' <here>' ) ],
	[ 'Chinese words', '我们每天喂养天然酵母两次。', quoted( '天然酵母', '我们每天喂养', '两次。' ) ],
	[ 'Japanese words', '毎日サワードウを育てます', quoted( 'サワードウ', '毎日', 'を育てます' ) ],
	[ 'Hebrew words', 'האכילו את המחמצת פעמיים ביום', quoted( 'המחמצת', 'האכילו את ', ' פעמיים' ) ],
	[ 'Arabic words', 'أطعم الخميرة الطبيعية مرتين', quoted( 'الخميرة الطبيعية', 'أطعم ', ' مرتين' ) ],
	[ 'words beside an inline image', 'Feed the \ufffcsourdough starter', quoted( 'sourdough starter', 'Feed the ' ) ],
];

for ( const [ what, text, anchor ] of STANDS ) {
	test( `it finds ${ what }`, () => {
		const { start, end } = find( text, anchor );
		assert.equal( fold( text.slice( start, end ) ).text, anchor.text );
	} );
}

const GONE = [
	[ 'words that are gone', 'Nothing here', quoted( 'sourdough' ) ],
	[ 'half a word', 'We start now', quoted( 'art', 'The ', ' of bread' ) ],
	[ 'a word that was written on', 'Feed the starters now', quoted( 'starter', 'Feed the ', ' twice' ) ],
	[ 'half an emoji', 'A 👩‍🌾 works', quoted( '👩', 'A ', ' works' ) ],
	[ 'one of two in strange surroundings', 'bread,bread', quoted( 'bread', 'bake some ', ' today' ) ],
	[ 'no words at all', 'Bread', quoted( '' ) ],
	[ 'anything in nothing', '', quoted( 'bread' ) ],
];

for ( const [ what, text, anchor ] of GONE ) {
	test( `it does not find ${ what }`, () => assert.equal( find( text, anchor ), null ) );
}

test( 'of two places the more familiar one wins', () => {
	const text = 'Bread is good. We bake bread today.';
	assert.deepEqual( find( text, quoted( 'bread', 'We bake ', ' today.' ) ), { start: 23, end: 28 } );
} );

test( 'a quote from inside of a word is found inside of a word', () => {
	assert.deepEqual( find( 'Sauerteigstarter', quoted( 'starter', 'Sauerteig', '' ) ), { start: 9, end: 16 } );
} );

test( 'white space is folded as the service folds it', () => {
	const { text, at } = fold( ' \u00a0a\u2003\u3000b\ufeff c \n' );
	assert.equal( text, 'a b c' );
	assert.deepEqual( at.slice( 0, 3 ), [ 2, 3, 5 ] );
} );

test( 'of several texts the most familiar holds the words, and the nearest among equals', () => {
	const texts = [ 'Feed the starter.', 'Keep the starter cold.', 'Feed the starter.' ].map( ( text, index ) => ( { text, index } ) );
	const where = ( anchor, index ) => findIn( texts, { anchor, block: { index } } ).item.index;
	assert.equal( where( quoted( 'starter', 'Keep the ', ' cold.' ), 0 ), 1 );
	assert.equal( where( quoted( 'starter', 'Feed the ', '.' ), 0 ), 0 );
	assert.equal( where( quoted( 'starter', 'Feed the ', '.' ), 2 ), 2 );
	assert.equal( findIn( texts, { anchor: quoted( 'gone' ), block: null } ), null );
} );

test( 'the sentence of the contract is cut around its anchor', () => {
	assert.deepEqual( sentenceParts( answer.suggestions[ 0 ] ), {
		before: 'Feed the ',
		anchor: 'sourdough starter',
		after: ' twice a day, then let it rest.',
	} );
} );

test( 'new text is cut around the words that carry the link', () => {
	const added = answer.suggestions.find( ( { anchor } ) => ! anchor );
	assert.deepEqual( sentenceParts( added ), { before: 'More about ', anchor: 'who we are', after: '.' } );
} );

test( 'without its sentence an anchor is shown between what stood around it', () => {
	const anchor = quoted( 'starter', 'the ', ' now' );
	assert.deepEqual( sentenceParts( { anchor, sentence: '' } ), { before: 'the ', anchor: 'starter', after: ' now' } );
} );

test( 'every anchor of the contract stands in its sentence', () => {
	for ( const { anchor, sentence } of answer.suggestions.filter( ( each ) => each.anchor ) ) {
		const { start, end } = find( sentence, anchor );
		assert.equal( sentence.slice( start, end ), anchor.text );
	}
} );
