/**
 * The map of a site, drawn on a canvas: posts as dots, links as lines, names of clusters and posts as words.
 *
 * Dots and words are drawn anew in every picture. Lines, of which there may be a hundred thousand, are drawn aside,
 * some at a time, and laid beneath as a picture that moves along until it is drawn anew: so that the map moves
 * smoothly where there is no graphics card, too.
 */
( () => {
	'use strict';

	/**
	 * @typedef {Object} Head
	 * @property {number}   posts    How many posts there are.
	 * @property {number}   links    How many links between them.
	 * @property {number}   reach    Places go from -reach to reach.
	 * @property {Object[]} clusters `{ name, posts }`, the first being number 1.
	 * @property {string[]} titles   Of the posts.
	 */

	const find = ( selector ) => document.querySelector( selector );
	const canvas = find( '#map' );
	const ctx = canvas?.getContext( '2d' );
	if ( ! ctx ) {
		return;
	}

	const ORPHAN = 1;
	const COLOURS = 24;
	const AROUND = 0.5; // of the view: so much more is drawn of the lines on each side
	const STILL = 140; // milliseconds without a move, after which lines are drawn anew
	const SLICE = 9; // milliseconds of each picture that may be spent on lines
	const TITLES = 40; // of posts, at most
	const NEAR = 9; // pixels around a dot that count as the dot
	const CLOSEST = 400; // times the whole site

	/** Reads the bytes that the service sends; see suggester/web/link_map.py. */
	const read = ( buffer ) => {
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
		const ids = take( Uint32Array, posts );
		const ranks = take( Float32Array, posts );
		const place = ( fine ) => Float32Array.from( fine, ( value ) => ( value / 65535 * 2 - 1 ) * reach );
		const x = place( take( Uint16Array, posts ) );
		const y = place( take( Uint16Array, posts ) ).map( ( value ) => -value );
		const cluster = take( Uint16Array, posts );
		const counts = take( Uint16Array, posts );
		const targets = take( Uint16Array, links );
		const marks = take( Uint8Array, posts );
		const sources = new Uint16Array( links );
		for ( let post = 0, link = 0; post < posts; post++ ) {
			sources.fill( post, link, link += counts[ post ] );
		}
		return { ...head, ids, ranks, x, y, cluster, sources, targets, marks };
	};

	let site = null; // what was read
	let radius = null; // of each dot, in pixels where the whole site is seen
	let groups = []; // posts by colour, the largest clusters first
	let strands = []; // links by colour: { colour, links }
	let middles = []; // of clusters: { name, x, y, posts }
	let shown = null; // 1 for each post that the form asks for
	let asking = false; // whether it leaves any out
	let colours = {};

	const view = { x: 0, y: 0, scale: 1 }; // what is in the middle, and pixels for each unit
	let width = 0;
	let height = 0;
	let whole = 1; // the scale at which the whole site is seen
	let chosen = -1;
	let over = -1;

	const toScreen = ( post ) => [
		( site.x[ post ] - view.x ) * view.scale + width / 2,
		( site.y[ post ] - view.y ) * view.scale + height / 2,
	];
	const grown = () => Math.min( 4, Math.max( 0.8, Math.sqrt( view.scale / whole ) ) ); // dots grow slower than the map

	// Colours are those of the page, which knows light from dark.

	const readColours = () => {
		const probe = document.createElementNS( 'http://www.w3.org/2000/svg', 'svg' );
		canvas.parentElement.append( probe );
		const of = ( name ) => {
			probe.setAttribute( 'class', `swatch ${ name }` );
			return getComputedStyle( probe ).color;
		};
		colours = { none: of( 'c-none' ), into: of( 'c-in' ), from: of( 'c-out' ), ink: of( 'c-ink' ), paper: of( 'c-paper' ) };
		for ( let number = 0; number < COLOURS; number++ ) {
			colours[ number ] = of( `c${ number }` );
		}
		probe.remove();
	};
	const colourOf = ( cluster ) => cluster ? ( cluster - 1 ) % COLOURS : 'none';

	// What is prepared once.

	const prepare = () => {
		const { posts, links, cluster, sources, targets, ranks, x, y } = site;
		const unit = Math.min( 2.4, Math.max( 1, 110 / Math.sqrt( posts ) ) );
		radius = Float32Array.from( ranks, ( rank ) => unit * Math.min( 5, 0.75 + 0.6 * Math.sqrt( rank ) ) );
		const byColour = new Map();
		const place = ( map, key, value ) => ( map.get( key ) ?? map.set( key, [] ).get( key ) ).push( value );
		for ( let post = 0; post < posts; post++ ) {
			place( byColour, colourOf( cluster[ post ] ), post );
		}
		groups = [ ...byColour ].map( ( [ colour, list ] ) => ( { colour, posts: Uint16Array.from( list ) } ) );
		const byStrand = new Map();
		for ( let link = 0; link < links; link++ ) {
			const inside = cluster[ sources[ link ] ] === cluster[ targets[ link ] ];
			place( byStrand, inside ? colourOf( cluster[ sources[ link ] ] ) : 'none', link );
		}
		strands = [ ...byStrand ].map( ( [ colour, list ] ) => ( { colour, links: Uint32Array.from( list ) } ) );
		strands.sort( ( one, other ) => ( other.colour === 'none' ) - ( one.colour === 'none' ) ); // grey ones beneath
		middles = site.clusters.map( ( { name, posts: many }, number ) => {
			const own = [];
			for ( let post = 0; post < posts; post++ ) {
				if ( cluster[ post ] === number + 1 && ! ( site.marks[ post ] & ORPHAN ) ) {
					own.push( post );
				}
			}
			const median = ( values ) => values.sort( ( one, other ) => one - other )[ values.length >> 1 ];
			return own.length && { name, posts: many, x: median( own.map( ( post ) => x[ post ] ) ), y: median( own.map( ( post ) => y[ post ] ) ) };
		} ).filter( Boolean );
		shown = new Uint8Array( posts ).fill( 1 );
	};

	// Lines: drawn aside, some at a time.

	const lines = { there: null, spare: null, of: null, at: null, work: null };

	function* paint( sheet, at ) {
		const brush = sheet.getContext( '2d' );
		const { x, y, sources, targets } = site;
		const [ left, top ] = [ at.x - sheet.width / 2 / at.scale, at.y - sheet.height / 2 / at.scale ];
		const [ right, bottom ] = [ 2 * at.x - left, 2 * at.y - top ];
		brush.clearRect( 0, 0, sheet.width, sheet.height );
		brush.lineWidth = at.ratio;
		const closer = Math.min( 6, at.scale / at.ratio / whole );
		const faint = Math.min( 0.5, 9 / Math.sqrt( site.links + 1 ) * Math.sqrt( closer ) );
		for ( const strand of strands ) {
			brush.strokeStyle = colours[ strand.colour ];
			let drawn = 0;
			for ( const link of strand.links ) {
				const [ source, target ] = [ sources[ link ], targets[ link ] ];
				const [ x1, y1, x2, y2 ] = [ x[ source ], y[ source ], x[ target ], y[ target ] ];
				if ( ( x1 < left && x2 < left ) || ( x1 > right && x2 > right ) || ( y1 < top && y2 < top ) || ( y1 > bottom && y2 > bottom ) ) {
					continue;
				}
				if ( drawn % 150 === 0 ) {
					if ( drawn ) {
						brush.stroke();
						yield;
					}
					brush.globalAlpha = strand.colour === 'none' ? faint * 0.6 : faint;
					brush.beginPath();
				}
				drawn++;
				brush.moveTo( ( x1 - left ) * at.scale, ( y1 - top ) * at.scale );
				brush.lineTo( ( x2 - left ) * at.scale, ( y2 - top ) * at.scale );
			}
			if ( drawn ) {
				brush.stroke();
			}
		}
	}

	const beginLines = () => {
		if ( ! find( '#map-links' ).checked ) {
			lines.there = lines.work = null;
			return;
		}
		const ratio = Math.min( devicePixelRatio, 2 );
		const sheet = lines.spare ?? document.createElement( 'canvas' );
		const [ wide, high ] = [ width, height ].map( ( each ) => Math.round( each * ( 1 + 2 * AROUND ) * ratio ) );
		if ( sheet.width !== wide || sheet.height !== high ) {
			Object.assign( sheet, { width: wide, height: high } );
		}
		lines.at = { x: view.x, y: view.y, scale: view.scale * ratio, ratio };
		lines.spare = sheet;
		lines.work = paint( sheet, lines.at );
	};

	/** Draws lines for a few milliseconds; says whether that changed the picture. */
	const goOnWithLines = () => {
		const until = performance.now() + SLICE;
		let done = false;
		while ( ! done && performance.now() < until ) {
			done = lines.work.next().done;
		}
		const first = ! lines.there;
		if ( done ) {
			[ lines.there, lines.spare, lines.of, lines.work ] = [ lines.spare, lines.there, lines.at, null ];
		}
		return done || first;
	};

	const layLines = () => {
		const [ sheet, at ] = lines.there ? [ lines.there, lines.of ] : [ lines.work && lines.spare, lines.at ];
		if ( ! sheet || ! find( '#map-links' ).checked ) {
			return;
		}
		const by = view.scale / at.scale;
		ctx.globalAlpha = asking || chosen >= 0 ? 0.25 : 1;
		ctx.drawImage(
			sheet,
			( at.x - view.x ) * view.scale + width / 2 - sheet.width / 2 * by,
			( at.y - view.y ) * view.scale + height / 2 - sheet.height / 2 * by,
			sheet.width * by,
			sheet.height * by
		);
		ctx.globalAlpha = 1;
	};

	// Dots, and the links of the one that was chosen.

	const drawDots = ( wanted ) => {
		const { x, y } = site;
		const by = grown();
		const [ left, top ] = [ width / 2 - view.x * view.scale, height / 2 - view.y * view.scale ];
		for ( const group of groups ) {
			ctx.fillStyle = colours[ group.colour ];
			ctx.beginPath();
			for ( const post of group.posts ) {
				if ( shown[ post ] !== wanted ) {
					continue;
				}
				const [ across, down, size ] = [ x[ post ] * view.scale + left, y[ post ] * view.scale + top, radius[ post ] * by ];
				if ( across < -size || down < -size || across > width + size || down > height + size ) {
					continue;
				}
				if ( size < 1.8 ) {
					ctx.rect( across - size * 0.9, down - size * 0.9, size * 1.8, size * 1.8 );
				} else {
					ctx.moveTo( across + size, down );
					ctx.arc( across, down, size, 0, 7 );
				}
			}
			ctx.fill();
		}
	};

	const drawOwnLinks = ( post ) => {
		const { sources, targets } = site;
		const [ fromX, fromY ] = toScreen( post );
		for ( const [ near, far, colour ] of [ [ targets, sources, colours.into ], [ sources, targets, colours.from ] ] ) {
			const own = [];
			for ( let link = 0; link < near.length; link++ ) {
				if ( near[ link ] === post ) {
					own.push( far[ link ] );
				}
			}
			ctx.strokeStyle = colour;
			ctx.lineWidth = own.length > 60 ? 1 : 1.5;
			ctx.globalAlpha = Math.min( 1, 6 / Math.sqrt( own.length + 1 ) );
			for ( const other of own ) {
				ctx.beginPath();
				ctx.moveTo( fromX, fromY );
				ctx.lineTo( ...toScreen( other ) );
				ctx.stroke();
			}
		}
		ctx.globalAlpha = 1;
	};

	const ring = ( post, size ) => {
		ctx.strokeStyle = colours.ink;
		ctx.lineWidth = 2;
		ctx.beginPath();
		ctx.arc( ...toScreen( post ), radius[ post ] * grown() + size, 0, 7 );
		ctx.stroke();
	};

	// Words: as many as do not cover each other.

	const write = ( texts ) => {
		const taken = [];
		ctx.textAlign = 'center';
		ctx.textBaseline = 'middle';
		ctx.lineJoin = 'round';
		for ( const { text, x, y, font, size } of texts ) {
			ctx.font = font;
			const half = ctx.measureText( text ).width / 2 + 4;
			const box = [ x - half, y - size, x + half, y + size ];
			if ( taken.some( ( other ) => box[ 0 ] < other[ 2 ] && box[ 2 ] > other[ 0 ] && box[ 1 ] < other[ 3 ] && box[ 3 ] > other[ 1 ] ) ) {
				continue;
			}
			taken.push( box );
			ctx.lineWidth = 4;
			ctx.strokeStyle = colours.paper;
			ctx.fillStyle = colours.ink;
			ctx.strokeText( text, x, y );
			ctx.fillText( text, x, y );
		}
	};

	const family = getComputedStyle( document.body ).fontFamily;
	const short = ( text, most ) => text.length > most ? `${ text.slice( 0, most - 1 ).trimEnd() }…` : text;

	const names = () => {
		const close = view.scale / whole;
		if ( close > 5 ) {
			return [];
		}
		return middles.map( ( { name, x, y } ) => ( {
			text: short( name, width < 500 ? 22 : 32 ), size: 11, font: `600 ${ width < 500 ? 12 : 14 }px ${ family }`,
			x: ( x - view.x ) * view.scale + width / 2, y: ( y - view.y ) * view.scale + height / 2,
		} ) );
	};

	const titles = () => {
		const seen = [];
		for ( let post = 0; post < site.posts; post++ ) {
			const [ x, y ] = toScreen( post );
			if ( shown[ post ] && x > 0 && y > 0 && x < width && y < height ) {
				seen.push( { post, x, y } );
			}
		}
		const few = seen.length <= 3 * TITLES || ( asking && seen.length <= 6 * TITLES );
		if ( view.scale / whole < 2 && ! few ) {
			return [];
		}
		seen.sort( ( one, other ) => radius[ other.post ] - radius[ one.post ] || one.post - other.post );
		return seen.slice( 0, few ? TITLES : TITLES / 2 ).map( ( { post, x, y } ) => ( {
			text: short( site.titles[ post ], 40 ), size: 8, font: `12px ${ family }`, x, y: y + radius[ post ] * grown() + 10,
		} ) );
	};

	// Pictures.

	let dirty = false;
	let movedAt = 0;
	const redraw = () => {
		if ( ! dirty ) {
			dirty = true;
			requestAnimationFrame( draw );
		}
	};
	const moved = () => {
		movedAt = performance.now();
		lines.work = null;
		setTimeout( () => {
			if ( performance.now() - movedAt >= STILL - 5 ) {
				beginLines();
				redraw();
			}
		}, STILL );
		redraw();
	};

	function draw() {
		dirty = false;
		if ( ! site || ! width ) {
			return;
		}
		if ( lines.work ) {
			goOnWithLines();
		}
		const ratio = Math.min( devicePixelRatio, 2 );
		ctx.setTransform( ratio, 0, 0, ratio, 0, 0 );
		ctx.clearRect( 0, 0, width, height );
		layLines();
		if ( asking ) {
			ctx.globalAlpha = 0.13;
			drawDots( 0 );
			ctx.globalAlpha = 1;
		}
		if ( chosen >= 0 ) {
			drawOwnLinks( chosen );
		}
		drawDots( 1 );
		for ( const [ post, size ] of [ [ over, 2 ], [ chosen, 4 ] ] ) {
			if ( post >= 0 ) {
				ring( post, size );
			}
		}
		const still = performance.now() - movedAt > STILL - 5;
		write( [ ...names(), ...( still ? titles() : [] ) ] );
		if ( lines.work ) {
			redraw();
		}
	}

	// Moving about.

	const fit = () => {
		Object.assign( view, { x: 0, y: 0, scale: whole } );
		moved();
	};
	const zoom = ( by, x = width / 2, y = height / 2 ) => {
		const scale = Math.min( whole * CLOSEST, Math.max( whole * 0.5, view.scale * by ) );
		view.x += ( x - width / 2 ) * ( 1 / view.scale - 1 / scale );
		view.y += ( y - height / 2 ) * ( 1 / view.scale - 1 / scale );
		view.scale = scale;
		moved();
	};
	const pan = ( x, y ) => {
		view.x -= x / view.scale;
		view.y -= y / view.scale;
		moved();
	};

	const measure = () => {
		const ratio = Math.min( devicePixelRatio, 2 );
		const before = whole;
		[ width, height ] = [ canvas.clientWidth, canvas.clientHeight ];
		Object.assign( canvas, { width: Math.round( width * ratio ), height: Math.round( height * ratio ) } );
		whole = Math.min( width, height ) / 2 / ( ( site?.reach ?? 1 ) * 1.04 );
		view.scale *= whole / before;
		lines.there = null;
		moved();
	};

	const postAt = ( x, y ) => {
		let [ best, nearest ] = [ -1, Infinity ];
		for ( let post = 0; post < site.posts; post++ ) {
			const [ across, down ] = [ ( site.x[ post ] - view.x ) * view.scale + width / 2 - x, ( site.y[ post ] - view.y ) * view.scale + height / 2 - y ];
			const off = Math.hypot( across, down ) - radius[ post ] * grown() + ( shown[ post ] ? 0 : NEAR / 2 );
			if ( off < Math.min( NEAR, nearest ) ) {
				[ best, nearest ] = [ post, off ];
			}
		}
		return best;
	};

	const choose = ( post, ask = true ) => {
		chosen = post;
		if ( post >= 0 && ask ) {
			window.htmx.ajax( 'GET', canvas.dataset.post + site.ids[ post ], '#map-post' );
		}
		redraw();
	};

	const tip = find( '#map-tip' );
	const point = ( post, x, y ) => {
		if ( post !== over ) {
			over = post;
			tip.hidden = post < 0;
			tip.textContent = post < 0 ? '' : site.titles[ post ];
			canvas.classList.toggle( 'on-dot', post >= 0 );
			redraw();
		}
		if ( post >= 0 ) {
			tip.style.left = `${ Math.min( x + 14, width - tip.offsetWidth - 8 ) }px`;
			tip.style.top = `${ y + 16 }px`;
		}
	};

	const held = new Map(); // pointers that are down
	let began = null; // where the first went down
	const here = ( event ) => [ event.offsetX, event.offsetY ];

	canvas.addEventListener( 'pointerdown', ( event ) => {
		canvas.setPointerCapture( event.pointerId );
		held.set( event.pointerId, here( event ) );
		began = held.size === 1 ? here( event ) : null;
	} );
	canvas.addEventListener( 'pointermove', ( event ) => {
		if ( ! site ) {
			return;
		}
		const [ x, y ] = here( event );
		const before = held.get( event.pointerId );
		if ( ! before ) {
			point( postAt( x, y ), x, y );
			return;
		}
		if ( began && Math.hypot( x - began[ 0 ], y - began[ 1 ] ) > 4 ) {
			began = null;
		}
		if ( held.size === 2 ) {
			const [ [ , other ] ] = [ ...held ].filter( ( [ id ] ) => id !== event.pointerId );
			const apart = ( [ one, two ] ) => Math.hypot( one - other[ 0 ], two - other[ 1 ] );
			zoom( apart( [ x, y ] ) / Math.max( 1, apart( before ) ), ( x + other[ 0 ] ) / 2, ( y + other[ 1 ] ) / 2 );
			pan( ( x - before[ 0 ] ) / 2, ( y - before[ 1 ] ) / 2 );
		} else if ( ! began ) {
			pan( x - before[ 0 ], y - before[ 1 ] );
		}
		held.set( event.pointerId, [ x, y ] );
	} );
	const letGo = ( event ) => {
		if ( held.delete( event.pointerId ) && began && site && event.type === 'pointerup' ) {
			choose( postAt( ...here( event ) ) );
		}
		began = null;
	};
	canvas.addEventListener( 'pointerup', letGo );
	canvas.addEventListener( 'pointercancel', letGo );
	canvas.addEventListener( 'pointerleave', () => point( -1 ) );
	canvas.addEventListener( 'dblclick', ( event ) => zoom( 2, ...here( event ) ) );
	canvas.addEventListener( 'wheel', ( event ) => {
		event.preventDefault();
		zoom( Math.exp( -event.deltaY * ( event.deltaMode ? 0.05 : 0.0016 ) ), ...here( event ) );
	}, { passive: false } );

	const KEYS = {
		ArrowLeft: () => pan( 60, 0 ), ArrowRight: () => pan( -60, 0 ), ArrowUp: () => pan( 0, 60 ), ArrowDown: () => pan( 0, -60 ),
		'+': () => zoom( 1.4 ), '=': () => zoom( 1.4 ), '-': () => zoom( 1 / 1.4 ), 0: fit, Escape: () => choose( -1 ),
	};
	canvas.addEventListener( 'keydown', ( event ) => {
		if ( site && KEYS[ event.key ] && ! event.ctrlKey && ! event.metaKey && ! event.altKey ) {
			event.preventDefault();
			KEYS[ event.key ]();
		}
	} );
	for ( const [ name, act ] of Object.entries( { in: () => zoom( 1.6 ), out: () => zoom( 1 / 1.6 ), fit } ) ) {
		find( `[data-map=${ name }]` ).addEventListener( 'click', act );
	}
	find( '#map-links' ).addEventListener( 'change', moved );

	// What the form asks for is shown, all else is dimmed; the list beside goes by the same form.

	const form = find( '#map-form' );
	const sift = () => {
		const { text, cluster, orphans } = form.elements;
		const words = text.value.toLowerCase().split( /\s+/ ).filter( Boolean );
		const wanted = Number( cluster.value );
		asking = Boolean( words.length || wanted || orphans.checked );
		for ( let post = 0; post < site.posts; post++ ) {
			const fits = ( ! wanted || site.cluster[ post ] === Math.max( 0, wanted ) ) && ( ! orphans.checked || site.marks[ post ] & ORPHAN );
			shown[ post ] = fits && ( ! words.length || words.every( ( word ) => site.lower[ post ].includes( word ) ) ) ? 1 : 0;
		}
		for ( const entry of document.querySelectorAll( '[data-cluster]' ) ) {
			if ( entry.dataset.cluster === cluster.value ) {
				entry.setAttribute( 'aria-current', 'true' );
			} else {
				entry.removeAttribute( 'aria-current' );
			}
		}
		redraw();
	};
	form.addEventListener( 'input', () => site && sift() );

	document.addEventListener( 'click', ( event ) => {
		const entry = event.target.closest( '[data-cluster]' );
		if ( entry ) {
			const select = form.elements.cluster;
			event.preventDefault();
			select.value = select.value === entry.dataset.cluster ? '0' : entry.dataset.cluster;
			select.dispatchEvent( new Event( 'input', { bubbles: true } ) );
		}
		const row = event.target.closest( 'button[data-post]' );
		const post = row && site ? site.ids.indexOf( Number( row.dataset.post ) ) : -1;
		if ( post >= 0 ) {
			Object.assign( view, { x: site.x[ post ], y: site.y[ post ], scale: Math.max( view.scale, whole * 3 ) } );
			choose( post, false );
			moved();
			canvas.scrollIntoView( { block: 'center' } );
		}
	} );

	const begin = async () => {
		const note = find( '#map-note' );
		const answer = await fetch( canvas.dataset.source );
		if ( ! answer.ok ) {
			note.textContent = 'The map could not be read; load the page again.';
			return;
		}
		site = read( await answer.arrayBuffer() );
		site.lower = site.titles.map( ( title ) => title.toLowerCase() );
		readColours();
		prepare();
		sift();
		measure();
		fit();
		draw();
		note.hidden = true;
		performance.mark( 'map drawn' );
	};
	new ResizeObserver( () => site && measure() ).observe( canvas );
	matchMedia( '(prefers-color-scheme: dark)' ).addEventListener( 'change', () => {
		readColours();
		moved();
	} );
	begin();
} )();
