/**
 * Dots, the links of one post, and words: drawn anew in every picture. `scene` is what map.js keeps of the map.
 */

const TITLES = 40; // of posts, at most
const NEAR = 9; // pixels around a dot that count as the dot
const CLOSE = 2; // times the whole site, from which on titles are written
const TOO_CLOSE = 5; // and names of clusters no longer
const family = getComputedStyle( document.body ).fontFamily;

/** Dots grow slower than the map. */
const grown = ( { view } ) => Math.min( 4, Math.max( 0.8, Math.sqrt( view.scale / view.whole ) ) );

const across = ( { view }, x ) => ( x - view.x ) * view.scale + view.width / 2;
const down = ( { view }, y ) => ( y - view.y ) * view.scale + view.height / 2;
const placeOf = ( scene, post ) => [ across( scene, scene.site.x[ post ] ), down( scene, scene.site.y[ post ] ) ];

/** Draws the dots of the posts that are asked for (1), or of all others (0). */
export function drawDots( ctx, scene, wanted ) {
	const { site, shape, view, colours, asked } = scene;
	const by = grown( scene );
	const [ left, top ] = [ across( scene, 0 ), down( scene, 0 ) ];
	for ( const { colour, list } of shape.dots ) {
		ctx.fillStyle = colours[ colour ];
		ctx.beginPath();
		for ( const post of list ) {
			if ( asked[ post ] !== wanted ) {
				continue;
			}
			const [ x, y, size ] = [ site.x[ post ] * view.scale + left, site.y[ post ] * view.scale + top, shape.radius[ post ] * by ];
			if ( x < -size || y < -size || x > view.width + size || y > view.height + size ) {
				continue;
			}
			if ( size < 1.8 ) {
				ctx.rect( x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8 ); // looks the same, and is quicker
			} else {
				ctx.moveTo( x + size, y );
				ctx.arc( x, y, size, 0, 7 );
			}
		}
		ctx.fill();
	}
}

/** Draws the links to a post, and those from it. */
export function drawLinksOf( ctx, scene, post ) {
	const { sources, targets } = scene.site;
	const [ x, y ] = placeOf( scene, post );
	for ( const [ near, far, colour ] of [ [ targets, sources, 'into' ], [ sources, targets, 'from' ] ] ) {
		const others = far.filter( ( other, link ) => near[ link ] === post );
		ctx.strokeStyle = scene.colours[ colour ];
		ctx.lineWidth = others.length > 60 ? 1 : 1.5;
		ctx.globalAlpha = Math.min( 1, 6 / Math.sqrt( others.length + 1 ) );
		for ( const other of others ) {
			ctx.beginPath();
			ctx.moveTo( x, y );
			ctx.lineTo( ...placeOf( scene, other ) );
			ctx.stroke();
		}
	}
	ctx.globalAlpha = 1;
}

/** Draws a ring around a post. */
export function drawRing( ctx, scene, post, apart ) {
	ctx.strokeStyle = scene.colours.ink;
	ctx.lineWidth = 2;
	ctx.beginPath();
	ctx.arc( ...placeOf( scene, post ), scene.shape.radius[ post ] * grown( scene ) + apart, 0, 7 );
	ctx.stroke();
}

const short = ( text, most ) => ( text.length > most ? `${ text.slice( 0, most - 1 ).trimEnd() }…` : text );

const names = ( scene ) => {
	const { view, shape } = scene;
	const small = view.width < 500;
	const font = `600 ${ small ? 12 : 14 }px ${ family }`;
	if ( view.scale / view.whole > TOO_CLOSE ) {
		return [];
	}
	return shape.middles
		.filter( ( { number } ) => ! scene.cluster || number === scene.cluster )
		.map( ( { name, x, y } ) => ( { text: short( name, small ? 22 : 32 ), size: 11, font, x: across( scene, x ), y: down( scene, y ) } ) );
};

const titles = ( scene ) => {
	const { site, shape, view, asked, asking } = scene;
	const seen = [];
	for ( let post = 0; post < site.posts; post++ ) {
		const [ x, y ] = placeOf( scene, post );
		if ( asked[ post ] && x > 0 && y > 0 && x < view.width && y < view.height ) {
			seen.push( { post, x, y } );
		}
	}
	const few = seen.length <= ( asking ? 6 : 3 ) * TITLES;
	if ( view.scale / view.whole < CLOSE && ! few ) {
		return [];
	}
	seen.sort( ( one, other ) => shape.radius[ other.post ] - shape.radius[ one.post ] || one.post - other.post );
	return seen.slice( 0, few ? TITLES : TITLES / 2 ).map( ( { post, x, y } ) => ( {
		text: short( site.titles[ post ], 40 ),
		size: 8,
		font: `12px ${ family }`,
		x,
		y: y + shape.radius[ post ] * grown( scene ) + 10,
	} ) );
};

/** Writes names of clusters, and titles where the map rests: as many as do not cover each other. */
export function write( ctx, scene, still ) {
	const taken = [];
	Object.assign( ctx, { textAlign: 'center', textBaseline: 'middle', lineJoin: 'round', lineWidth: 4 } );
	for ( const { text, x, y, font, size } of [ ...names( scene ), ...( still ? titles( scene ) : [] ) ] ) {
		ctx.font = font;
		const half = ctx.measureText( text ).width / 2 + 4;
		const box = [ x - half, y - size, x + half, y + size ];
		if ( taken.some( ( other ) => box[ 0 ] < other[ 2 ] && box[ 2 ] > other[ 0 ] && box[ 1 ] < other[ 3 ] && box[ 3 ] > other[ 1 ] ) ) {
			continue;
		}
		taken.push( box );
		ctx.strokeStyle = scene.colours.paper;
		ctx.fillStyle = scene.colours.ink;
		ctx.strokeText( text, x, y );
		ctx.fillText( text, x, y );
	}
}

/** The post at a place of the canvas, -1 where there is none; posts that are not asked for give way. */
export function postAt( scene, x, y ) {
	const { site, shape, asked } = scene;
	const by = grown( scene );
	let [ best, nearest ] = [ -1, NEAR ];
	for ( let post = 0; post < site.posts; post++ ) {
		const [ left, top ] = placeOf( scene, post );
		const off = Math.hypot( left - x, top - y ) - shape.radius[ post ] * by + ( asked[ post ] ? 0 : NEAR / 2 );
		if ( off < nearest ) {
			[ best, nearest ] = [ post, off ];
		}
	}
	return best;
}
