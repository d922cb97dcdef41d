/**
 * The list a writer sees, in the sidebar of the block editor and in the box under the classic one alike.
 */
( function () {
	'use strict';

	const { __, _n, sprintf } = wp.i18n;
	const { createElement: h, Fragment, useEffect, useReducer, useState } = wp.element;
	const { PanelBody, Spinner } = wp.components;
	const { api, cards, words, createSession } = window.linkSuggester;
	const { named, small, neighbour, marking, useHandedFocus } = cards;
	const config = window.linkSuggesterConfig || {};
	const FIRST = 3; // So many are shown where none is sure.
	const sessions = new WeakMap();

	/**
	 * Gives the session of an adapter; sidebar, document panel and pre-publish panel share one.
	 *
	 * @param {Object} adapter The editor.
	 * @return {Object} The session.
	 */
	function sessionOf( adapter ) {
		if ( ! sessions.has( adapter ) ) {
			const session = createSession( adapter, api, config, words.says );
			window.addEventListener( 'pagehide', session.settleAll );
			sessions.set( adapter, session );
		}
		return sessions.get( adapter );
	}

	/**
	 * Shows a session for as long as the component is there, and keeps it fresh meanwhile.
	 *
	 * @param {Object} adapter The editor.
	 * @return {Object} The session.
	 */
	function useSession( adapter ) {
		const session = sessionOf( adapter );
		const [ , refresh ] = useReducer( ( n ) => n + 1, 0 );
		useEffect( () => {
			const unlisten = session.listen( refresh );
			const unwatch = session.watch();
			return () => {
				unlisten();
				unwatch();
			};
		}, [ session ] );
		return session;
	}

	/** What went wrong, in one sentence, with what can be done here. */
	function Trouble( { error, onRetry } ) {
		return h(
			'div',
			{ className: named( 'trouble' ) },
			h( 'p', null, error.message ),
			error.lasting && config.canManage && h( 'a', { href: config.settingsUrl }, __( 'Open the settings', 'link-suggester' ) ),
			! error.lasting && onRetry && small( { variant: 'secondary', onClick: onRetry }, __( 'Try again', 'link-suggester' ) )
		);
	}

	function Skeleton() {
		return h(
			'div',
			{ className: named( 'skeleton' ) },
			h( 'span', { className: 'screen-reader-text' }, __( 'Looking for links…', 'link-suggester' ) ),
			[ 1, 2, 3 ].map( ( key ) => h( 'div', { key }, h( 'i' ), h( 'i' ), h( 'i' ) ) )
		);
	}

	/** A list that shows what is less sure when it is asked for. */
	function List( { items, isWanted, render } ) {
		const [ all, showAll ] = useState( false );
		const visible = all ? items : items.filter( isWanted );
		const unsure = items.length - items.filter( isWanted ).length;
		/* translators: %d: number of suggestions. */
		const more = sprintf( _n( 'Show %d more that is less sure', 'Show %d more that are less sure', unsure, 'link-suggester' ), unsure );
		return h(
			Fragment,
			null,
			h( 'ul', { className: named( 'list' ) }, visible.map( render ) ),
			unsure > 0 &&
				small(
					{ variant: 'tertiary', 'aria-expanded': all, onClick: () => showAll( ! all ) },
					all ? __( 'Hide those that are less sure', 'link-suggester' ) : more
				)
		);
	}

	function Outbound( { adapter, session } ) {
		const { answer, blank, busy, error } = session.state;
		const items = session.items();
		const isWanted = ( { suggestion, notice } ) => notice || suggestion.shown || suggestion.target.id === config.target;
		const render = ( item ) => h( cards.Item, { key: item.suggestion.target.id, adapter, session, ...item } );
		useEffect( () => () => session.hold( false ), [ session ] );
		return h(
			'div',
			{
				className: named( 'outbound' ),
				'aria-busy': busy,
				onPointerEnter: () => session.hold( true ),
				onPointerLeave: () => session.hold( false ),
			},
			error && h( Trouble, { error, onRetry: session.retry } ),
			blank && h( 'p', null, __( 'Suggestions appear here as soon as the post has some text.', 'link-suggester' ) ),
			! answer && busy && h( Skeleton ),
			answer &&
				h( 'div', { className: named( 'state' ), 'aria-hidden': true }, session.waiting() > 0 && words.says.count( session.waiting() ), busy && h( Spinner ) ),
			answer && ! items.some( isWanted ) && h( 'p', null, words.nothing( answer.dropped ) ),
			answer && h( List, { items, isWanted, render } )
		);
	}

	function Inbound( { session } ) {
		const { answer, busy, done, error } = session.state.inbound;
		const items = answer ? answer.suggestions : [];
		const isSure = items.some( ( { shown } ) => shown );
		const isWanted = ( suggestion ) => done[ suggestion.source_id ] || ( isSure ? suggestion.shown : items.indexOf( suggestion ) < FIRST );
		const render = ( suggestion ) => h( cards.InboundItem, { key: suggestion.source_id, session, suggestion } );
		useEffect( () => {
			session.loadInbound();
		}, [ session ] );
		return h(
			'div',
			{ 'aria-busy': busy },
			error && h( Trouble, { error, onRetry: () => session.loadInbound( true ) } ),
			busy && ! answer && h( Skeleton ),
			answer && answer.orphan && ! items.some( ( { source_id: id } ) => done[ id ] ) && h( 'p', { className: named( 'orphan' ) }, __( 'No other post links here yet.', 'link-suggester' ) ),
			answer && ! items.length && h( 'p', null, __( 'No other post has words for a link to this one.', 'link-suggester' ) ),
			h( List, { items, isWanted, render } )
		);
	}

	/** Links per 1,000 words on a scale that ends at one and a half times the recommended most. */
	function Meter( { links } ) {
		const [ least, most ] = links.recommended;
		const share = ( n ) => Math.min( 100, ( 100 * n ) / ( 1.5 * most ) ) + '%';
		/* translators: 1: links per 1,000 words, 2: least recommended, 3: most recommended. */
		const text = sprintf( __( '%1$s links per 1,000 words; %2$d to %3$d are recommended.', 'link-suggester' ), links.per_1000, least, most );
		const range = { insetInlineStart: share( least ), insetInlineEnd: `calc(100% - ${ share( most ) })` };
		return h(
			Fragment,
			null,
			h( 'p', null, text ),
			h(
				'div',
				{ className: named( 'meter' ), 'aria-hidden': true },
				h( 'i', { className: named( 'range' ), style: range } ),
				h( 'i', { className: named( 'needle' ), style: { insetInlineStart: share( links.per_1000 ) } } )
			)
		);
	}

	function Problem( { adapter, problem } ) {
		const [ outcome, setOutcome ] = useState( {} );
		const item = useHandedFocus( neighbour );
		const { ok, message } = outcome.problem === problem ? outcome : {};
		const place = { anchor: problem.anchor.text ? problem.anchor : null, block: problem.block, standing: true };
		const mendable = 'redirected' === problem.kind && problem.url && ! ok;
		const mend = async () => {
			const done = await adapter.replace( { ...problem, standing: true } );
			if ( done.ok ) {
				item.current.focus( { preventScroll: true } ); // The button goes.
			}
			setOutcome( { ...done, problem } );
			adapter.announce( done.message, done.ok ? 'polite' : 'assertive' );
		};
		return h(
			'li',
			{ ref: item, tabIndex: -1, ...marking( adapter, place ) },
			h( 'strong', { dir: 'auto' }, problem.anchor.text || problem.href ),
			h( 'p', null, message || words.problem( problem ) ),
			h(
				'div',
				{ className: named( 'actions' ) },
				small( { variant: 'tertiary', onClick: () => adapter.mark( place ) }, __( 'Show', 'link-suggester' ) ),
				mendable && small( { variant: 'tertiary', onClick: mend }, __( 'Use the new address', 'link-suggester' ) )
			)
		);
	}

	function Health( { adapter, session } ) {
		const { answer } = session.state;
		const links = answer && answer.links;
		if ( ! links ) {
			return h( 'p', null, __( 'What links stand in this post is told together with the suggestions.', 'link-suggester' ) );
		}
		/* translators: %d: number of posts. */
		const inbound = sprintf( _n( '%d other post links here.', '%d other posts link here.', links.inbound, 'link-suggester' ), links.inbound );
		return h(
			Fragment,
			null,
			h( Meter, { links } ),
			null !== links.inbound && h( 'p', null, links.inbound ? inbound : __( 'No other post links here yet.', 'link-suggester' ) ),
			h(
				'ul',
				{ className: named( 'problems' ) },
				links.problems.map( ( problem, key ) => h( Problem, { key: key + problem.href, adapter, problem } ) )
			)
		);
	}

	/**
	 * The whole list.
	 *
	 * @param {Object} props         Props.
	 * @param {Object} props.adapter The editor.
	 * @return {Object} Element.
	 */
	function Panel( { adapter } ) {
		const session = useSession( adapter );
		if ( ! config.configured ) {
			const message = config.canManage
				? __( 'The link suggester is not connected yet: enter the address and the key of its service.', 'link-suggester' )
				: __( 'The link suggester is not connected yet. Ask an administrator of this site to do so.', 'link-suggester' );
			return h( 'div', { className: named( 'panel' ) }, h( PanelBody, null, h( Trouble, { error: { message, lasting: true } } ) ) );
		}
		return h(
			'div',
			{ className: named( 'panel' ) },
			h( PanelBody, { title: __( 'Links from this post', 'link-suggester' ) }, h( Outbound, { adapter, session } ) ),
			h( PanelBody, { title: __( 'Links to this post', 'link-suggester' ), initialOpen: false }, h( Inbound, { session } ) ),
			h( PanelBody, { title: __( 'This post’s links', 'link-suggester' ), initialOpen: false }, h( Health, { adapter, session } ) )
		);
	}

	/**
	 * How many links wait, in one line.
	 *
	 * @param {Object} props         Props.
	 * @param {Object} props.adapter The editor.
	 * @return {Object} Element.
	 */
	function Waiting( { adapter } ) {
		const { state, waiting } = useSession( adapter );
		const { answer, blank, busy, error } = state;
		const text = answer || blank ? words.waiting( waiting() ) : ( error && error.message ) || ( busy ? __( 'Looking for links…', 'link-suggester' ) : '' );
		return h( 'p', { className: named( 'waiting' ) }, text || __( 'The link suggester is not connected yet.', 'link-suggester' ) );
	}

	Object.assign( window.linkSuggester, { Panel, Waiting } );
} )();
