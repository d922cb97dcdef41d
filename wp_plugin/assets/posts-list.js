/**
 * Fills the column “Links in / out” of the list of posts: one request for the whole page.
 */
( function () {
	'use strict';

	const { __, _n, sprintf } = wp.i18n;

	/**
	 * Says how a post is linked, for eyes and for ears.
	 *
	 * @param {{inbound: number, outbound: number, orphan: boolean}} post Its counts.
	 * @return {{seen: string, heard: string, orphan: string}} What is shown, what is read out, and the badge if it has one.
	 */
	function describe( { inbound, outbound, orphan } ) {
		/* translators: %d: number of links. */
		const into = sprintf( _n( '%d link in', '%d links in', inbound, 'link-suggester' ), inbound );
		/* translators: %d: number of links. */
		const out = sprintf( _n( '%d link out', '%d links out', outbound, 'link-suggester' ), outbound );
		return {
			seen: `${ inbound } / ${ outbound }`,
			/* translators: 1: as in "3 links in", 2: as in "5 links out". */
			heard: sprintf( __( '%1$s, %2$s', 'link-suggester' ), into, out ),
			orphan: orphan ? __( 'Orphan', 'link-suggester' ) : '',
		};
	}

	if ( typeof module !== 'undefined' ) {
		module.exports = { describe };
		return;
	}

	const { api } = window.linkSuggester;
	const known = new Map(); // Post id → what the service says of it; null where it knows nothing.
	let trouble = '';

	function element( name, className, text ) {
		const made = document.createElement( name );
		made.className = className;
		made.textContent = text;
		return made;
	}

	/**
	 * Shows a thing that eyes and ears take differently.
	 *
	 * @param {Element} place Where.
	 * @param {string}  seen  What is shown.
	 * @param {string}  heard What is read out.
	 */
	function put( place, seen, heard ) {
		const shown = element( 'span', 'link-suggester-numbers', seen );
		shown.setAttribute( 'aria-hidden', 'true' );
		place.textContent = '';
		place.append( shown, element( 'span', 'screen-reader-text', heard ) );
	}

	function show( place, counts ) {
		if ( ! counts ) {
			place.title = trouble || __( 'Not read yet; the numbers come with the next sync.', 'link-suggester' );
			put( place, '—', place.title );
			return;
		}
		const { seen, heard, orphan } = describe( counts );
		put( place, seen, heard );
		if ( orphan ) {
			const badge = element( 'strong', 'post-state', orphan );
			badge.title = __( 'No other post links to it.', 'link-suggester' );
			place.append( ' — ', badge );
		}
	}

	/** Fills the places that are empty; Quick Edit leaves one behind. */
	async function fill() {
		const places = Array.from( document.querySelectorAll( '.link-suggester-counts:not([data-filled])' ) );
		const unknown = places.map( ( { dataset } ) => Number( dataset.postId ) ).filter( ( id ) => ! known.has( id ) );
		places.forEach( ( place ) => ( place.dataset.filled = '' ) );
		if ( unknown.length ) {
			try {
				const { posts } = await api.counts( unknown );
				unknown.forEach( ( id ) => known.set( id, posts[ id ] || null ) );
			} catch ( error ) {
				trouble = error.message;
			}
		}
		places.forEach( ( place ) => show( place, known.get( Number( place.dataset.postId ) ) ) );
	}

	wp.domReady( () => {
		const list = document.getElementById( 'the-list' );
		if ( list ) {
			fill();
			new window.MutationObserver( fill ).observe( list, { childList: true } );
		}
	} );
} )();
