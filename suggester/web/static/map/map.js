/**
 * The map of a site: what is seen of it, and how it is moved, searched and asked.
 */
import { drawDots, drawLinksOf, drawRing, postAt, write } from './drawing.js';
import { Lines } from './lines.js';
import { COLOURS, ORPHAN, read, shapeOf } from './site.js';

const STILL = 140; // milliseconds without a move, after which lines are drawn anew
const CLOSEST = 400; // times the whole site
const MARGIN = 1.04; // around the whole site
const STEP = 60; // pixels that an arrow key moves the map
const DIMMED = 0.13;

const find = ( selector ) => document.querySelector( selector );
const canvas = find( '#map' );
const ctx = canvas.getContext( '2d' );
const form = find( '#map-form' );
const tip = find( '#map-tip' );
const withLines = find( '#map-links' );

// What is in the middle, pixels for each unit of the site now and where the whole of it is seen, and the canvas.
const view = { x: 0, y: 0, scale: 1, whole: 1, width: 0, height: 0, ratio: 1 };
const scene = {
	view,
	site: null,
	shape: null,
	colours: {},
	asked: null, // 1 for each post that the form asks for
	asking: false, // whether it leaves any out
	cluster: 0, // the one it asks for, 0 for all
};
let lines = null;
let chosen = -1;
let over = -1;

/** Colours are those of the page, which knows light from dark. */
const readColours = () => {
	const probe = document.createElementNS( 'http://www.w3.org/2000/svg', 'svg' );
	canvas.parentElement.append( probe );
	const of = ( name ) => {
		probe.setAttribute( 'class', `swatch ${ name }` );
		return getComputedStyle( probe ).color;
	};
	scene.colours = { none: of( 'c-none' ), into: of( 'c-in' ), from: of( 'c-out' ), ink: of( 'c-ink' ), paper: of( 'c-paper' ) };
	for ( let number = 0; number < COLOURS; number++ ) {
		scene.colours[ number ] = of( `c${ number }` );
	}
	probe.remove();
};

// Pictures.

let waiting = false;
let movedAt = 0;
const redraw = () => {
	if ( ! waiting ) {
		waiting = true;
		requestAnimationFrame( draw );
	}
};
const still = () => performance.now() - movedAt > STILL - 5;

function draw() {
	waiting = false;
	if ( ! scene.site || ! view.width ) {
		return;
	}
	if ( lines.busy ) {
		lines.goOn();
	}
	ctx.setTransform( view.ratio, 0, 0, view.ratio, 0, 0 );
	ctx.clearRect( 0, 0, view.width, view.height );
	if ( withLines.checked ) {
		ctx.globalAlpha = scene.asking || chosen >= 0 ? 0.25 : 1;
		lines.lay( ctx, view );
	}
	if ( scene.asking ) {
		ctx.globalAlpha = DIMMED;
		drawDots( ctx, scene, 0 );
	}
	ctx.globalAlpha = 1;
	if ( chosen >= 0 ) {
		drawLinksOf( ctx, scene, chosen );
	}
	drawDots( ctx, scene, 1 );
	for ( const [ post, apart ] of [ [ over, 2 ], [ chosen, 4 ] ] ) {
		if ( post >= 0 ) {
			drawRing( ctx, scene, post, apart );
		}
	}
	write( ctx, scene, still() );
	if ( lines.busy ) {
		redraw();
	}
}

// Moving about.

const moved = () => {
	movedAt = performance.now();
	lines.leave();
	setTimeout( () => {
		if ( still() && withLines.checked ) {
			lines.begin( view, scene.colours );
		}
		redraw();
	}, STILL );
	redraw();
};
const fit = () => {
	Object.assign( view, { x: 0, y: 0, scale: view.whole } );
	moved();
};
const zoom = ( by, x = view.width / 2, y = view.height / 2 ) => {
	const scale = Math.min( view.whole * CLOSEST, Math.max( view.whole * 0.5, view.scale * by ) );
	view.x += ( x - view.width / 2 ) * ( 1 / view.scale - 1 / scale );
	view.y += ( y - view.height / 2 ) * ( 1 / view.scale - 1 / scale );
	view.scale = scale;
	moved();
};
const pan = ( x, y ) => {
	view.x -= x / view.scale;
	view.y -= y / view.scale;
	moved();
};
const measure = () => {
	const before = view.whole;
	const [ width, height, ratio ] = [ canvas.clientWidth, canvas.clientHeight, Math.min( devicePixelRatio, 2 ) ];
	Object.assign( view, { width, height, ratio, whole: Math.min( width, height ) / 2 / ( scene.site.reach * MARGIN ) } );
	Object.assign( canvas, { width: Math.round( width * ratio ), height: Math.round( height * ratio ) } );
	view.scale *= view.whole / before;
	lines.clear();
	moved();
};

// One post.

const choose = ( post, ask = true ) => {
	chosen = post;
	if ( post >= 0 && ask ) {
		window.htmx.ajax( 'GET', canvas.dataset.post + scene.site.ids[ post ], '#map-post' );
	}
	redraw();
};
const point = ( post, x, y ) => {
	if ( post !== over ) {
		over = post;
		tip.hidden = post < 0;
		tip.textContent = scene.site?.titles[ post ] ?? '';
		canvas.classList.toggle( 'on-dot', post >= 0 );
		redraw();
	}
	if ( post >= 0 ) {
		tip.style.left = `${ Math.min( x + 14, view.width - tip.offsetWidth - 8 ) }px`;
		tip.style.top = `${ y + 16 }px`;
	}
};

// Mouse, fingers, keys.

const held = new Map(); // pointers that are down
let began = null; // where the only one went down, until it moves
const here = ( event ) => [ event.offsetX, event.offsetY ];

const drag = ( id, x, y ) => {
	const before = held.get( id );
	if ( began && Math.hypot( x - began[ 0 ], y - began[ 1 ] ) > 4 ) {
		began = null;
	}
	if ( held.size === 2 ) {
		const [ [ , other ] ] = [ ...held ].filter( ( [ each ] ) => each !== id );
		const apart = ( [ one, two ] ) => Math.max( 1, Math.hypot( one - other[ 0 ], two - other[ 1 ] ) );
		zoom( apart( [ x, y ] ) / apart( before ), ( x + other[ 0 ] ) / 2, ( y + other[ 1 ] ) / 2 );
		pan( ( x - before[ 0 ] ) / 2, ( y - before[ 1 ] ) / 2 );
	} else if ( ! began ) {
		pan( x - before[ 0 ], y - before[ 1 ] );
	}
	held.set( id, [ x, y ] );
};
const letGo = ( event ) => {
	if ( held.delete( event.pointerId ) && began && event.type === 'pointerup' ) {
		choose( postAt( scene, ...here( event ) ) );
	}
	began = null;
};
const KEYS = {
	ArrowLeft: () => pan( STEP, 0 ),
	ArrowRight: () => pan( -STEP, 0 ),
	ArrowUp: () => pan( 0, STEP ),
	ArrowDown: () => pan( 0, -STEP ),
	'+': () => zoom( 1.4 ),
	'=': () => zoom( 1.4 ),
	'-': () => zoom( 1 / 1.4 ),
	0: fit,
	Escape: () => choose( -1 ),
};

const listen = () => {
	canvas.addEventListener( 'pointerdown', ( event ) => {
		canvas.setPointerCapture( event.pointerId );
		held.set( event.pointerId, here( event ) );
		began = held.size === 1 ? here( event ) : null;
	} );
	canvas.addEventListener( 'pointermove', ( event ) => {
		const [ x, y ] = here( event );
		if ( held.has( event.pointerId ) ) {
			drag( event.pointerId, x, y );
		} else {
			point( postAt( scene, x, y ), x, y );
		}
	} );
	canvas.addEventListener( 'pointerup', letGo );
	canvas.addEventListener( 'pointercancel', letGo );
	canvas.addEventListener( 'pointerleave', () => point( -1 ) );
	canvas.addEventListener( 'dblclick', ( event ) => zoom( 2, ...here( event ) ) );
	canvas.addEventListener( 'wheel', ( event ) => {
		event.preventDefault();
		zoom( Math.exp( -event.deltaY * ( event.deltaMode ? 0.05 : 0.0016 ) ), ...here( event ) );
	}, { passive: false } );
	canvas.addEventListener( 'keydown', ( event ) => {
		if ( KEYS[ event.key ] && ! event.ctrlKey && ! event.metaKey && ! event.altKey ) {
			event.preventDefault();
			KEYS[ event.key ]();
		}
	} );
	for ( const [ name, act ] of Object.entries( { in: () => zoom( 1.6 ), out: () => zoom( 1 / 1.6 ), fit } ) ) {
		find( `[data-map=${ name }]` ).addEventListener( 'click', act );
	}
	withLines.addEventListener( 'change', moved );
	form.addEventListener( 'input', sift );
	document.addEventListener( 'click', besides );
	new ResizeObserver( measure ).observe( canvas );
	matchMedia( '(prefers-color-scheme: dark)' ).addEventListener( 'change', () => {
		readColours();
		moved();
	} );
};

// What the form asks for is shown, all else is dimmed; the list below goes by the same form.

function sift() {
	const { text, cluster, orphans } = form.elements;
	const { posts, cluster: of, marks, lower } = scene.site;
	const words = text.value.toLowerCase().split( /\s+/ ).filter( Boolean );
	const wanted = Number( cluster.value );
	scene.asking = Boolean( words.length || wanted || orphans.checked );
	scene.cluster = wanted;
	for ( let post = 0; post < posts; post++ ) {
		const fits = ( ! wanted || of[ post ] === Math.max( 0, wanted ) ) && ( ! orphans.checked || marks[ post ] & ORPHAN );
		scene.asked[ post ] = fits && words.every( ( word ) => lower[ post ].includes( word ) ) ? 1 : 0;
	}
	for ( const entry of document.querySelectorAll( '[data-cluster]' ) ) {
		if ( entry.dataset.cluster === cluster.value ) {
			entry.setAttribute( 'aria-current', 'true' );
		} else {
			entry.removeAttribute( 'aria-current' );
		}
	}
	redraw();
}

/** A cluster of the legend, or a post of the list, was clicked. */
function besides( event ) {
	const entry = event.target.closest( '[data-cluster]' );
	if ( entry ) {
		const select = form.elements.cluster;
		event.preventDefault();
		select.value = select.value === entry.dataset.cluster ? '0' : entry.dataset.cluster;
		select.dispatchEvent( new Event( 'input', { bubbles: true } ) );
	}
	const row = event.target.closest( 'button[data-post]' );
	const post = row ? scene.site.ids.indexOf( Number( row.dataset.post ) ) : -1;
	if ( post >= 0 ) {
		Object.assign( view, { x: scene.site.x[ post ], y: scene.site.y[ post ], scale: Math.max( view.scale, view.whole * 3 ) } );
		choose( post, false );
		moved();
		canvas.scrollIntoView( { block: 'center' } );
	}
}

const answer = await fetch( canvas.dataset.source );
if ( answer.ok ) {
	scene.site = read( await answer.arrayBuffer() );
	scene.shape = shapeOf( scene.site );
	scene.asked = new Uint8Array( scene.site.posts ).fill( 1 );
	lines = new Lines( scene.site, scene.shape.strands );
	readColours();
	sift();
	measure();
	fit();
	listen();
	draw();
	find( '#map-note' ).hidden = true;
	performance.mark( 'map drawn' );
} else {
	find( '#map-note' ).textContent = 'The map could not be read; load the page again.';
}
