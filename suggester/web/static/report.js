"use strict";
( () => {
	const byId = ( id ) => document.getElementById( id );
	const list = byId( "posts" );
	const tools = document.querySelector( ".tools" );
	const words = byId( "words" );
	const order = byId( "order" );
	const posts = [ ...list.querySelectorAll( ".post" ) ];
	const fold = ( text ) => text.normalize( "NFKD" ).replace( /\p{M}/gu, "" ).toLowerCase();
	const texts = new Map();
	const number = new Intl.NumberFormat( "en" );

	const textOf = ( post ) => {
		if ( ! texts.has( post ) ) {
			texts.set( post, fold( post.textContent ) );
		}
		return texts.get( post );
	};
	const titleOf = ( post ) => post.querySelector( ".title" ).textContent;
	const data = ( post, name ) => Number( post.dataset[ name ] );
	const orders = {
		gain: () => 0,
		inbound: ( a, b ) => data( a, "inbound" ) - data( b, "inbound" ),
		outbound: ( a, b ) => data( a, "outbound" ) - data( b, "outbound" ),
		newest: ( a, b ) => b.dataset.published.localeCompare( a.dataset.published ),
		title: ( a, b ) => titleOf( a ).localeCompare( titleOf( b ) ),
	};
	const which = () => tools.elements.which.value;

	/** Shows the posts that fit the filter, and says how many. */
	const filter = () => {
		const wanted = fold( words.value ).split( /\s+/ ).filter( Boolean );
		let shown = 0;
		for ( const post of posts ) {
			const fits =
				( which() === "all" || which() in post.dataset ) &&
				wanted.every( ( word ) => textOf( post ).includes( word ) );
			post.hidden = ! fits;
			shown += fits ? 1 : 0;
		}
		byId( "tally" ).textContent = `${ number.format( shown ) } of ${ number.format( posts.length ) } posts`;
		byId( "none" ).hidden = shown > 0;
	};

	/** Puts the posts into the chosen order; equal ones by what they have to gain. */
	const sort = () => {
		const compare = orders[ order.value ];
		posts.sort( ( a, b ) => compare( a, b ) || data( a, "gain" ) - data( b, "gain" ) );
		list.append( ...posts );
	};

	const choose = ( value ) => {
		tools.elements.which.value = value;
		filter();
	};
	const clear = () => {
		words.value = "";
		choose( "all" );
	};

	/** Moves to the next post on screen, or the one before. */
	const step = ( by ) => {
		const shown = posts.filter( ( post ) => ! post.hidden );
		const at = shown.indexOf( document.activeElement.closest( ".post" ) ); // -1 where none is in focus
		const next = shown[ Math.min( Math.max( at + by, 0 ), shown.length - 1 ) ];
		next?.focus( { preventScroll: true } );
		next?.scrollIntoView( { block: "start" } );
	};

	const keys = {
		"/": () => words.focus(),
		j: () => step( 1 ),
		k: () => step( -1 ),
		o: () => choose( which() === "orphans" ? "all" : "orphans" ),
		Escape: clear,
	};
	document.addEventListener( "keydown", ( event ) => {
		const writing = event.target === words || event.target === order;
		if ( event.ctrlKey || event.metaKey || event.altKey || ! ( event.key in keys ) || ( writing && event.key !== "Escape" ) ) {
			return;
		}
		event.preventDefault();
		if ( writing ) {
			event.target.blur();
		}
		keys[ event.key ]();
	} );

	/** An orphan's name in the list above leads to its card, even where the filter hides it. */
	document.querySelector( ".orphans" )?.addEventListener( "click", ( event ) => {
		const post = byId( event.target.hash?.slice( 1 ) );
		if ( post?.hidden ) {
			clear();
		}
	} );
	tools.addEventListener( "submit", ( event ) => event.preventDefault() );
	tools.addEventListener( "input", filter );
	order.addEventListener( "change", sort );
	byId( "clear" ).addEventListener( "click", clear );
	tools.hidden = false;
	filter();
} )();
