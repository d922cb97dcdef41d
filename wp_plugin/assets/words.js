/**
 * What the service says in codes, in the writer's language. A code that is not known here is shown as it came.
 */
( function () {
	'use strict';

	const { __, _n, sprintf } =
		typeof wp === 'undefined'
			? {
					__: ( text ) => text,
					_n: ( one, many, n ) => ( 1 === n ? one : many ),
					sprintf: ( text, ...values ) => text.replace( /%(?:\d\$)?[sd]/g, () => values.shift() ),
			  }
			: wp.i18n;

	const CONFIDENCE = {
		high: __( 'Strong', 'link-suggester' ),
		medium: __( 'Good', 'link-suggester' ),
		low: __( 'Possible', 'link-suggester' ),
	};

	const REASONS = {
		title_mentioned: __( 'Its title, or a part of it, stands in this text.', 'link-suggester' ),
		title_words: __( 'All words of its title stand in this text.', 'link-suggester' ),
		anchor_in_use: __( 'Other posts link the same words to it.', 'link-suggester' ),
		similar_meaning: __( 'A passage here is close to it in meaning.', 'link-suggester' ),
		neighbours_link: __( 'Posts like this one link to it.', 'link-suggester' ),
		cited_together: __( 'Posts that link to what is linked here link to it too.', 'link-suggester' ),
		orphan: __( 'No other post links to it yet.', 'link-suggester' ),
		/* translators: %s: some words in quotation marks. */
		similar_text: __( 'Both texts speak of %s.', 'link-suggester' ),
		/* translators: %s: names of categories or tags in quotation marks. */
		same_terms: __( 'Both are filed under %s.', 'link-suggester' ),
	};

	const DROPPED = {
		already_linked: __( 'already linked from the post', 'link-suggester' ),
		dismissed: __( 'dismissed before', 'link-suggester' ),
		excluded: __( 'left out by the settings', 'link-suggester' ),
		link_limit_reached: __( 'more links than the text can bear', 'link-suggester' ),
		no_anchor_found: __( 'no words here that a link could stand on', 'link-suggester' ),
		not_public: __( 'not open to every reader', 'link-suggester' ),
		nothing_similar: __( 'nothing in common', 'link-suggester' ),
		other_language: __( 'in another language', 'link-suggester' ),
		too_close_to_another_link: __( 'too close to another link', 'link-suggester' ),
		unsure: __( 'too unsure', 'link-suggester' ),
		weak_words: __( 'no words here that say enough of it', 'link-suggester' ),
		words_taken: __( 'its words carry another link', 'link-suggester' ),
	};

	const PROBLEMS = {
		broken: __( 'This link leads to a post that is not there.', 'link-suggester' ),
		redirected: __( 'This link leads to an old address.', 'link-suggester' ),
		generic: __( 'These words do not say where the link leads.', 'link-suggester' ),
		two_targets: __( 'The same words link to different posts.', 'link-suggester' ),
		empty: __( 'This link has no words.', 'link-suggester' ),
		draft_target: __( 'This link leads to a post that is not published.', 'link-suggester' ),
	};

	/**
	 * Says a reason; the words it names are kept as they are.
	 *
	 * @param {Object} reason `{ code, text }`.
	 * @return {string} A sentence.
	 */
	const reason = ( { code, text } ) =>
		REASONS[ code ] ? sprintf( REASONS[ code ], ( text.match( /“[^”]*”/g ) || [] ).join( ', ' ) ) : text;

	/**
	 * Says in one sentence why there is nothing to suggest: the three reasons that took most.
	 *
	 * @param {Object} dropped Reason → how many fell away for it.
	 * @return {string} A sentence.
	 */
	function nothing( dropped ) {
		const told = Object.keys( dropped )
			.filter( ( code ) => DROPPED[ code ] && dropped[ code ] )
			.sort( ( a, b ) => dropped[ b ] - dropped[ a ] )
			.slice( 0, 3 )
			.map( ( code ) => `${ DROPPED[ code ] } (${ dropped[ code ] })` );
		return told.length
			? /* translators: %s: reasons with numbers, separated by commas. */
			  sprintf( __( 'Nothing to suggest: %s.', 'link-suggester' ), told.join( ', ' ) )
			: __( 'Nothing to suggest: no other post comes near this one.', 'link-suggester' );
	}

	/**
	 * Says in one line what waits before publishing.
	 *
	 * @param {number} count How many suggestions wait.
	 * @return {string} A sentence.
	 */
	function waiting( count ) {
		return count
			? /* translators: %d: number of suggestions. */
			  sprintf( _n( '%d good link is waiting.', '%d good links are waiting.', count, 'link-suggester' ), count )
			: __( 'No links are waiting.', 'link-suggester' );
	}

	const says = {
		/* translators: %d: number of suggestions. */
		count: ( n ) => sprintf( _n( '%d suggestion', '%d suggestions', n, 'link-suggester' ), n ),
		added: __( 'Link added.', 'link-suggester' ),
		dismissed: __( 'Suggestion dismissed.', 'link-suggester' ),
		undone: __( 'Undone.', 'link-suggester' ),
	};

	const words = {
		confidence: ( { confidence, shown } ) =>
			shown || 'low' !== confidence ? CONFIDENCE[ confidence ] || confidence : __( 'Weak', 'link-suggester' ),
		problem: ( { kind, text } ) => PROBLEMS[ kind ] || text,
		reason,
		nothing,
		waiting,
		says,
	};
	if ( typeof window !== 'undefined' ) {
		window.linkSuggester = Object.assign( window.linkSuggester || {}, { words } );
	}
	if ( typeof module !== 'undefined' ) {
		module.exports = words;
	}
} )();
