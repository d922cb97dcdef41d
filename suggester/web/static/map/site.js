/**
 * What the service sends of a site, read and made ready to be drawn.
 */

export const ORPHAN = 1; // a bit of `marks`
export const COLOURS = 24;

/** The colour of a cluster, counted from 1: a number below COLOURS, or "none". */
export const colourOf = ( cluster ) => cluster ? ( cluster - 1 ) % COLOURS : 'none';

/**
 * @typedef {Object} Head
 * @property {number}   posts    How many posts there are.
 * @property {number}   links    How many links between them.
 * @property {number}   reach    Places go from -reach to reach.
 * @property {Object[]} clusters `{ name, posts }`, the first being number 1.
 * @property {string[]} titles   Of the posts.
 */

/**
 * Reads the bytes that the service sends; suggester/web/link_map.py says what they are.
 *
 * @param {ArrayBuffer} buffer The bytes.
 * @return {Object} The head, and a column for each number of a post or link; posts are known by their place.
 */
export function read( buffer ) {
	const length = new DataView( buffer ).getUint32( 0, true );
	/** @type {Head} */
	const head = JSON.parse( new TextDecoder().decode( new Uint8Array( buffer, 4, length ) ) );
	let at = 4 + length;
	const take = ( Kind, count ) => {
		const found = new Kind( buffer, at, count );
		at += found.byteLength;
		return found;
	};
	const { posts, links, reach } = head;
	const place = ( fine ) => Float32Array.from( fine, ( value ) => ( ( value / 65535 ) * 2 - 1 ) * reach );
	const ids = take( Uint32Array, posts );
	const ranks = take( Float32Array, posts );
	const x = place( take( Uint16Array, posts ) );
	const y = place( take( Uint16Array, posts ) ).map( ( value ) => -value ); // down the screen
	const cluster = take( Uint16Array, posts );
	const counts = take( Uint16Array, posts );
	const targets = take( Uint16Array, links );
	const marks = take( Uint8Array, posts );
	const sources = new Uint16Array( links );
	for ( let post = 0, link = 0; post < posts; post++ ) {
		sources.fill( post, link, ( link += counts[ post ] ) );
	}
	const lower = head.titles.map( ( title ) => title.toLowerCase() );
	return { ...head, ids, ranks, x, y, cluster, sources, targets, marks, lower };
}

/** Sorts what has a colour by it. */
const byColour = ( count, colour, Kind ) => {
	const lists = new Map();
	for ( let at = 0; at < count; at++ ) {
		const key = colour( at );
		( lists.get( key ) ?? lists.set( key, [] ).get( key ) ).push( at );
	}
	return [ ...lists ].map( ( [ key, list ] ) => ( { colour: key, list: Kind.from( list ) } ) );
};

/** The middle of each cluster that has posts within the ring, where its name is written. */
const middlesOf = ( { clusters, cluster, marks, x, y, posts } ) => {
	const members = clusters.map( () => [] );
	for ( let post = 0; post < posts; post++ ) {
		if ( cluster[ post ] && ! ( marks[ post ] & ORPHAN ) ) {
			members[ cluster[ post ] - 1 ].push( post );
		}
	}
	const median = ( values ) => values.sort( ( one, other ) => one - other )[ values.length >> 1 ];
	return members
		.map( ( own, number ) => own.length && {
			number: number + 1,
			name: clusters[ number ].name,
			x: median( own.map( ( post ) => x[ post ] ) ),
			y: median( own.map( ( post ) => y[ post ] ) ),
		} )
		.filter( Boolean );
};

/**
 * Prepares once what every picture needs.
 *
 * @param {Object} site As `read` gives it.
 * @return {Object} `radius` of each dot, in pixels where the whole site is seen; `dots` and `strands`, which are posts
 *                  and links by colour, grey links first; `middles` of clusters.
 */
export function shapeOf( site ) {
	const { posts, links, cluster, sources, targets, ranks } = site;
	const unit = Math.min( 2.4, Math.max( 1, 110 / Math.sqrt( posts ) ) );
	const colour = ( link ) => {
		const [ from, to ] = [ cluster[ sources[ link ] ], cluster[ targets[ link ] ] ];
		return from === to ? colourOf( from ) : 'none';
	};
	const strands = byColour( links, colour, Uint32Array );
	strands.sort( ( one, other ) => ( other.colour === 'none' ) - ( one.colour === 'none' ) );
	return {
		radius: Float32Array.from( ranks, ( rank ) => unit * Math.min( 5, 0.75 + 0.6 * Math.sqrt( rank ) ) ),
		dots: byColour( posts, ( post ) => colourOf( cluster[ post ] ), Uint16Array ),
		strands,
		middles: middlesOf( site ),
	};
}
