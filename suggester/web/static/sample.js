"use strict";
( () => {
	const byId = ( id ) => document.getElementById( id );
	const list = byId( "cards" );
	const cards = [ ...list.querySelectorAll( ".card" ) ];
	const head = JSON.parse( list.dataset.sample );
	const key = `suggester-sample-${ head.id }`;
	const desk = document.querySelector( ".desk" );
	const bar = document.querySelector( ".bar" );
	const said = new Map(); // place -> verdict
	let order = []; // places, as they were judged
	let now = 0;

	/** Where the browser keeps nothing, the page goes on without. */
	const keep = () => {
		try {
			localStorage.setItem( key, JSON.stringify( { said: [ ...said ], order } ) );
		} catch {}
	};
	const recall = () => {
		try {
			const kept = JSON.parse( localStorage.getItem( key ) ) ?? { said: [], order: [] };
			kept.said.filter( ( [ at ] ) => at in cards ).forEach( ( [ at, verdict ] ) => said.set( at, verdict ) );
			order = kept.order.filter( ( at ) => said.has( at ) );
		} catch {}
	};
	const accepted = () => [ ...said.values() ].filter( ( verdict ) => verdict === "accepted" ).length;
	const percent = ( share ) => Math.round( 100 * share );

	/** Wilson's 95 % interval, as the command line states it. */
	const interval = ( times, count ) => {
		const weight = ( 1.96 * 1.96 ) / count;
		const share = times / count;
		const middle = ( share + weight / 2 ) / ( 1 + weight );
		const spread = ( 1.96 / ( 1 + weight ) ) * Math.sqrt( ( share * ( 1 - share ) ) / count + weight / ( 4 * count ) );
		return [ Math.max( 0, middle - spread ), Math.min( 1, middle + spread ) ].map( percent );
	};
	const inWords = () => {
		const [ low, high ] = interval( accepted(), said.size );
		return `${ accepted() } of ${ said.size } accepted: ${ percent( accepted() / said.size ) } % (95 % interval: ${ low } to ${ high } %)`;
	};

	const show = ( at, focus = true ) => {
		now = at;
		const all = said.size === cards.length;
		cards.forEach( ( card, place ) => {
			card.classList.toggle( "now", place === at );
			card.querySelectorAll( "[data-say]" ).forEach( ( button ) => {
				button.setAttribute( "aria-pressed", String( said.get( place ) === button.dataset.say ) );
			} );
		} );
		bar.setAttribute( "aria-valuenow", said.size );
		bar.firstElementChild.style.width = `${ ( 100 * said.size ) / cards.length }%`;
		desk.querySelector( ".tally" ).textContent = said.size
			? `${ said.size } of ${ cards.length } judged, ${ accepted() } accepted`
			: `0 of ${ cards.length } judged`;
		byId( "back" ).disabled = at === 0;
		byId( "on" ).disabled = at === cards.length - 1;
		byId( "undo" ).disabled = ! order.length;
		byId( "save" ).disabled = ! said.size;
		byId( "end" ).hidden = ! all;
		if ( all ) {
			document.querySelector( ".result" ).textContent = inWords();
		}
		if ( focus ) {
			cards[ at ].focus( { preventScroll: true } );
			window.scrollTo( 0, Math.min( window.scrollY, desk.parentElement.offsetTop + list.offsetTop - desk.offsetHeight ) );
		}
	};
	const step = ( by ) => show( Math.min( Math.max( now + by, 0 ), cards.length - 1 ) );

	/** Notes a verdict and goes on to the next suggestion that has none. */
	const say = ( verdict ) => {
		said.set( now, verdict );
		order = [ ...order.filter( ( at ) => at !== now ), now ];
		keep();
		const open = [ ...cards.keys() ].filter( ( at ) => ! said.has( at ) );
		show( open.find( ( at ) => at > now ) ?? open[ 0 ] ?? now );
	};
	const undo = () => {
		const last = order.pop();
		if ( last !== undefined ) {
			said.delete( last );
			keep();
			show( last );
		}
	};
	const save = () => {
		if ( ! said.size ) {
			return;
		}
		const { id, file, ...rest } = head;
		const verdicts = cards.map( ( card, at ) => ( {
			source_id: Number( card.dataset.source ),
			target_id: Number( card.dataset.target ),
			block: Number( card.dataset.block ),
			score: Number( card.dataset.score ),
			verdict: said.get( at ) ?? "",
		} ) );
		const text = JSON.stringify( { ...rest, judged_at: new Date().toISOString(), verdicts }, null, 1 ) + "\n";
		const link = document.createElement( "a" );
		link.href = URL.createObjectURL( new Blob( [ text ], { type: "application/json" } ) );
		link.download = file;
		link.click();
		URL.revokeObjectURL( link.href );
	};

	const keys = {
		a: () => say( "accepted" ),
		r: () => say( "dismissed" ),
		d: () => say( "dismissed" ),
		u: undo,
		s: save,
		ArrowLeft: () => step( -1 ),
		ArrowRight: () => step( 1 ),
	};
	document.addEventListener( "keydown", ( event ) => {
		if ( event.ctrlKey || event.metaKey || event.altKey || event.repeat || ! ( event.key in keys ) ) {
			return;
		}
		event.preventDefault();
		keys[ event.key ]();
	} );
	list.addEventListener( "click", ( event ) => {
		const button = event.target.closest( "[data-say]" );
		if ( button ) {
			say( button.dataset.say );
		}
	} );
	byId( "back" ).addEventListener( "click", () => step( -1 ) );
	byId( "on" ).addEventListener( "click", () => step( 1 ) );
	byId( "undo" ).addEventListener( "click", undo );
	byId( "save" ).addEventListener( "click", save );

	recall();
	document.body.classList.add( "judging" );
	desk.hidden = false;
	show( Math.max( 0, [ ...cards.keys() ].find( ( at ) => ! said.has( at ) ) ?? 0 ), false );
} )();
