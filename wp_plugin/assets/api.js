/**
 * Speaks to the plugin's own routes. Every failure is an `{ code, message }` whose message can be shown as it is.
 */
( function () {
	'use strict';

	const { __ } = typeof wp === 'undefined' ? { __: ( text ) => text } : wp.i18n;

	/**
	 * Says what went wrong in one sentence.
	 *
	 * @param {Object} error What `wp.apiFetch` threw.
	 * @return {{code: string, message: string}} What can be shown.
	 */
	function told( error ) {
		const { code = 'unknown', message = '' } = error || {};
		if ( 'fetch_error' === code ) {
			return { code, message: __( 'WordPress cannot be reached. Your post is safe; check your connection and try again.', 'link-suggester' ) };
		}
		if ( ! message || 'invalid_json' === code || 'unknown' === code ) {
			return { code, message: __( 'WordPress gave no answer that can be read. Your post is safe; try again in a minute.', 'link-suggester' ) };
		}
		return { code, message };
	}

	/**
	 * Asks one of the plugin's routes; in an envelope, because a service that is down is no error of the page.
	 *
	 * A nonce that has grown old is the exception: `wp.apiFetch` gets a new one where it sees the bare error.
	 *
	 * @param {string}  path      Path behind the namespace.
	 * @param {?Object} data      What to send; nothing asks with GET.
	 * @param {Object}  [options] More options of `wp.apiFetch`.
	 * @return {Promise<Object>} The answer.
	 */
	async function ask( path, data, options ) {
		const fetched = ( query ) =>
			wp.apiFetch( {
				path: '/link-suggester/v1' + path + query,
				...( data ? { method: 'POST', data } : {} ),
				...options,
			} );
		try {
			const { status, body } = await fetched( ( path.includes( '?' ) ? '&' : '?' ) + '_envelope=1' );
			if ( status < 400 ) {
				return body;
			}
			if ( 'rest_cookie_invalid_nonce' === body.code ) {
				return await fetched( '' );
			}
			throw body;
		} catch ( error ) {
			throw error && 'AbortError' === error.name ? error : told( error );
		}
	}

	const api = {
		told,
		suggestions: ( postId, draft, signal ) => ask( `/posts/${ postId }/suggestions`, draft, { signal } ),
		// Outlives the page, so that a verdict is not lost when the writer leaves at once.
		verdict: ( postId, body ) => ask( `/posts/${ postId }/verdicts`, body, { keepalive: true } ),
		insert: ( postId, body ) => ask( `/posts/${ postId }/insert`, body ),
		remove: ( postId, body ) => ask( `/posts/${ postId }/remove`, body ),
		inbound: ( postId ) => ask( `/posts/${ postId }/inbound` ),
		applyInbound: ( postId, body ) => ask( `/posts/${ postId }/inbound/apply`, body ),
		undoInbound: ( postId, body ) => ask( `/posts/${ postId }/inbound/undo`, body ),
		counts: ( ids ) => ask( `/counts?ids=${ ids.join( ',' ) }` ),
	};
	if ( typeof window !== 'undefined' ) {
		window.linkSuggester = Object.assign( window.linkSuggester || {}, { api } );
	}
	if ( typeof module !== 'undefined' ) {
		module.exports = api;
	}
} )();
