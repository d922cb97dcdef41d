/**
 * The list a writer sees, in the sidebar of the block editor and in the box under the classic one alike.
 */
( function () {
	'use strict';

	const { __, _n, sprintf } = wp.i18n;
	const { createElement: h, Fragment, useEffect, useLayoutEffect, useReducer, useRef, useState } = wp.element;
	const { Button, DropdownMenu, MenuGroup, MenuItem, PanelBody, Spinner } = wp.components;
	const { api, quote, words, createSession } = window.linkSuggester;
	const config = window.linkSuggesterConfig || {};
	const sessions = new WeakMap();

	const named = ( name, ...more ) => [ name, ...more ].map( ( part ) => 'link-suggester-' + part ).join( ' ' );

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

	/**
	 * Hands the focus on where the element that holds it goes away.
	 *
	 * @param {Function} next Gives the element that takes it.
	 * @return {Object} Ref for the element.
	 */
	function useHandedFocus( next ) {
		const ref = useRef();
		useLayoutEffect( () => {
			const element = ref.current;
			return () => {
				if ( element.contains( element.ownerDocument.activeElement ) ) {
					const heir = next( element );
					if ( heir ) {
						heir.focus( { preventScroll: true } );
					}
				}
			};
		}, [] );
		return ref;
	}

	const neighbour = ( item ) =>
		item.nextElementSibling || item.previousElementSibling || item.closest( '.components-panel__body' ).querySelector( 'button' );

	const small = ( props, ...children ) => h( Button, { ...props, className: named( 'button' ), size: 'compact' }, ...children );

	/** The date and the type of a post, in one line. */
	function details( post ) {
		const dates = wp.date.getSettings().formats;
		const label = post.type_label || ( config.postTypes || {} )[ post.type ] || post.type;
		return [ post.published && wp.date.dateI18n( dates.date, post.published ), label ].filter( Boolean ).join( ' · ' );
	}

	function PostLink( { post, url } ) {
		const title = post.title || __( '(no title)', 'link-suggester' );
		return h(
			'div',
			{ className: named( 'post' ) },
			url
				? h(
						'a',
						{ href: url, target: '_blank', rel: 'noopener', className: named( 'title' ) },
						title,
						h( 'span', { className: 'screen-reader-text' }, __( '(opens in a new tab)', 'link-suggester' ) )
				  )
				: h( 'span', { className: named( 'title' ) }, title ),
			h( 'span', { className: named( 'details' ) }, details( post ) )
		);
	}

	function Sentence( { suggestion } ) {
		const { before, anchor, after } = quote.sentenceParts( suggestion );
		return h( 'p', { className: named( 'sentence' ), dir: 'auto' }, before, h( 'mark', null, anchor ), after );
	}

	function Confidence( { suggestion } ) {
		const score = Math.round( suggestion.score * 100 );
		/* translators: %d: a number between 0 and 100. */
		const title = sprintf( __( 'An editor would accept it in about %d of 100 cases.', 'link-suggester' ), score );
		return h( 'span', { className: named( 'badge', 'is-' + suggestion.confidence ), title }, words.confidence( suggestion ) );
	}

	function Reasons( { reasons } ) {
		return reasons.length
			? h(
					'details',
					{ className: named( 'reasons' ) },
					h( 'summary', null, __( 'Why?', 'link-suggester' ) ),
					h( 'ul', null, reasons.map( ( reason ) => h( 'li', { key: reason.code }, words.reason( reason ) ) ) )
			  )
			: null;
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

	/** Other words for the same post, or other posts for the same words. */
	function Choices( { label, options, adapter, onChoose } ) {
		if ( ! options.length ) {
			return null;
		}
		const item = ( { key, content, info, choice }, onClose ) => {
			const mark = () => adapter.mark( choice );
			const onClick = () => {
				onClose();
				onChoose( choice );
			};
			return h( MenuItem, { key, info, onClick, onMouseEnter: mark, onFocus: mark }, content );
		};
		return h( DropdownMenu, {
			icon: null,
			text: label,
			label,
			className: named( 'choices' ),
			toggleProps: { className: named( 'button' ), size: 'compact', variant: 'tertiary', showTooltip: false },
			popoverProps: { className: named( 'menu' ) },
			children: ( { onClose } ) => h( MenuGroup, { label }, options.map( ( option ) => item( option, onClose ) ) ),
		} );
	}

	const samePlace = ( one, other ) => one && other && one.anchor.text === other.anchor.text && one.anchor.before === other.anchor.before;

	function otherWords( suggestion, choice ) {
		const all = [ suggestion.anchor && { anchor: suggestion.anchor, block: suggestion.block }, ...suggestion.alternatives ];
		return all
			.filter( ( place ) => place && ! samePlace( place, choice.anchor && choice ) )
			.map( ( place, key ) => ( {
				key,
				content: `“${ place.anchor.text }”`,
				info: `…${ place.anchor.before }${ place.anchor.text }${ place.anchor.after }…`,
				choice: { ...place, target: choice.target },
			} ) );
	}

	function otherPosts( suggestion, choice ) {
		const all = [ suggestion.target, ...( suggestion.other_targets || [] ).map( ( { target } ) => target ) ];
		return all
			.filter( ( target ) => choice.anchor && target.id !== choice.target.id )
			.map( ( target ) => ( { key: target.id, content: target.title, info: details( target ), choice: { ...choice, target } } ) );
	}

	/** Props that mark a place in the text while the mouse or the focus is on an element. */
	function marking( adapter, place ) {
		const mark = () => adapter.mark( place );
		const leave = () => adapter.mark( null );
		return { onMouseEnter: mark, onMouseLeave: leave, onFocus: mark, onBlur: leave };
	}

	function NewText( { added, place } ) {
		return h(
			'p',
			{ className: named( 'new' ) },
			h( 'strong', null, __( 'New sentence', 'link-suggester' ) ),
			' ',
			place
				? /* translators: %s: the last words of a paragraph. */
				  sprintf( __( 'to add after “%s”', 'link-suggester' ), place )
				: /* translators: %d: number of a paragraph. */
				  sprintf( __( 'to add to paragraph %d', 'link-suggester' ), added.block.index + 1 )
		);
	}

	function Card( { adapter, session, suggestion, item } ) {
		const choice = session.choiceFor( suggestion );
		const { target } = choice;
		const added = choice.anchor ? null : choice.new_text;
		const failed = session.state.failed[ suggestion.target.id ];
		const busy = session.state.adding === suggestion.target.id;
		const ref = useHandedFocus( () => item.current );
		useEffect( () => () => adapter.mark( null ), [] );
		const place = added ? { anchor: null, block: added.block } : choice;
		const shown = added ? suggestion : { ...suggestion, ...choice, sentence: choice.block.index === suggestion.block.index ? suggestion.sentence : '' };
		const label = added
			? /* translators: %s: title of a post. */
			  sprintf( __( 'Add sentence with a link to %s', 'link-suggester' ), target.title )
			: /* translators: 1: words of the text, 2: title of a post. */
			  sprintf( __( 'Add link from “%1$s” to %2$s', 'link-suggester' ), choice.anchor.text, target.title );
		/* translators: %s: title of a post. */
		const never = sprintf( __( 'Not this one: %s', 'link-suggester' ), target.title );
		const choose = ( other ) => session.choose( suggestion, other );
		return h(
			'div',
			{ ref, className: named( 'card' ), ...marking( adapter, place ) },
			h( 'div', { className: named( 'head' ) }, h( PostLink, { post: target, url: target.url } ), h( Confidence, { suggestion } ) ),
			added && h( NewText, { added, place: adapter.placeName && adapter.placeName( place ) } ),
			h( Sentence, { suggestion: shown } ),
			h( Reasons, { reasons: suggestion.reasons } ),
			h(
				'div',
				{ className: named( 'actions' ) },
				small(
					{ variant: 'primary', isBusy: busy, 'aria-disabled': busy, 'aria-label': label, onClick: () => busy || session.add( suggestion ) },
					added ? __( 'Add sentence', 'link-suggester' ) : __( 'Add link', 'link-suggester' )
				),
				small(
					{ variant: 'tertiary', 'aria-label': never, onClick: () => session.dismiss( suggestion ) },
					__( 'Not this one', 'link-suggester' )
				),
				h( Choices, { label: __( 'Other words', 'link-suggester' ), options: otherWords( suggestion, choice ), adapter, onChoose: choose } ),
				h( Choices, { label: __( 'Other posts', 'link-suggester' ), options: otherPosts( suggestion, choice ), adapter, onChoose: choose } )
			),
			failed && h( 'p', { className: named( 'failed' ) }, failed )
		);
	}

	/** What was just done with a suggestion, for as long as it can be undone here. */
	function Done( { text, onUndo, item } ) {
		const ref = useHandedFocus( () => item.current );
		return h(
			'div',
			{ ref, className: named( 'done' ) },
			h( 'span', null, text ),
			onUndo && h( Button, { variant: 'link', onClick: onUndo }, __( 'Undo', 'link-suggester' ) )
		);
	}

	function Item( { adapter, session, suggestion, notice } ) {
		const ref = useHandedFocus( neighbour );
		const text =
			notice &&
			sprintf(
				'accepted' === notice.verdict
					? /* translators: %s: title of a post. */
					  __( 'Link added to %s.', 'link-suggester' )
					: /* translators: %s: title of a post. */
					  __( '%s will not be suggested here again.', 'link-suggester' ),
				`“${ notice.target.title }”`
			);
		return h(
			'li',
			{ ref, tabIndex: -1 },
			notice
				? h( Done, { text, item: ref, onUndo: notice.undo && ( () => session.undo( suggestion.target.id ) ) } )
				: h( Card, { adapter, session, suggestion, item: ref } )
		);
	}

	function List( { adapter, session } ) {
		const [ all, showAll ] = useState( false );
		const items = session.items();
		const wanted = ( { suggestion, notice } ) => notice || suggestion.shown || suggestion.target.id === config.target;
		const unsure = items.filter( ( item ) => ! wanted( item ) ).length;
		const visible = all ? items : items.filter( wanted );
		/* translators: %d: number of suggestions. */
		const more = sprintf( _n( 'Show %d more that is less sure', 'Show %d more that are less sure', unsure, 'link-suggester' ), unsure );
		return h(
			Fragment,
			null,
			! items.some( wanted ) && h( 'p', null, words.nothing( session.state.answer.dropped ) ),
			h(
				'ul',
				{ className: named( 'list' ) },
				visible.map( ( item ) => h( Item, { key: item.suggestion.target.id, adapter, session, ...item } ) )
			),
			unsure > 0 &&
				small(
					{ variant: 'tertiary', 'aria-expanded': all, onClick: () => showAll( ! all ) },
					all ? __( 'Hide those that are less sure', 'link-suggester' ) : more
				)
		);
	}

	function Outbound( { adapter, session } ) {
		const { answer, blank, busy, error } = session.state;
		return h(
			'div',
			{ className: named( 'outbound' ), 'aria-busy': busy },
			error && h( Trouble, { error, onRetry: session.retry } ),
			blank && h( 'p', null, __( 'Suggestions appear here as soon as the post has some text.', 'link-suggester' ) ),
			! answer && busy && h( Skeleton ),
			answer &&
				h( 'div', { className: named( 'state' ), 'aria-hidden': true }, session.waiting() > 0 && words.says.count( session.waiting() ), busy && h( Spinner ) ),
			answer && h( List, { adapter, session } )
		);
	}

	function InboundItem( { session, suggestion } ) {
		const { source, source_id: id, target } = suggestion;
		const { done, failed, working } = session.state.inbound;
		const item = useRef();
		const busy = working === id;
		const link = source.edit_url && `${ source.edit_url }&link-suggester-target=${ target.id }`;
		/* translators: 1: words of the text, 2: title of a post. */
		const label = sprintf( __( 'Add link from “%1$s” in %2$s', 'link-suggester' ), suggestion.anchor && suggestion.anchor.text, source.title );
		/* translators: %s: title of a post. */
		const text = sprintf( __( 'Link added in “%s”.', 'link-suggester' ), source.title );
		return h(
			'li',
			{ ref: item, tabIndex: -1 },
			done[ id ]
				? h( Done, { text, item, onUndo: () => busy || session.undoInbound( suggestion ) } )
				: h(
						'div',
						{ className: named( 'card' ) },
						h( 'div', { className: named( 'head' ) }, h( PostLink, { post: source, url: source.url } ), h( Confidence, { suggestion } ) ),
						! suggestion.anchor && h( 'p', { className: named( 'new' ) }, h( 'strong', null, __( 'New sentence', 'link-suggester' ) ) ),
						h( Sentence, { suggestion } ),
						h( Reasons, { reasons: suggestion.reasons } ),
						source.locked_by &&
							/* translators: %s: name of a person. */
							h( 'p', { className: named( 'details' ) }, sprintf( __( '%s is editing this post now.', 'link-suggester' ), source.locked_by ) ),
						! source.can_edit &&
							h( 'p', { className: named( 'details' ) }, __( 'Somebody who may edit that post can add it.', 'link-suggester' ) ),
						h(
							'div',
							{ className: named( 'actions' ) },
							source.can_edit &&
								! source.locked_by &&
								suggestion.anchor &&
								small(
									{ variant: 'primary', isBusy: busy, 'aria-disabled': busy, 'aria-label': label, onClick: () => busy || session.applyInbound( suggestion ) },
									__( 'Add it there', 'link-suggester' )
								),
							link && small( { variant: 'tertiary', href: link, target: '_blank' }, __( 'Open editor', 'link-suggester' ) )
						)
				  ),
			failed[ id ] && h( 'p', { className: named( 'failed' ) }, failed[ id ] )
		);
	}

	function Inbound( { session } ) {
		const { answer, busy, error } = session.state.inbound;
		useEffect( () => {
			session.loadInbound();
		}, [ session ] );
		return h(
			'div',
			{ 'aria-busy': busy },
			error && h( Trouble, { error, onRetry: () => session.loadInbound( true ) } ),
			busy && ! answer && h( Skeleton ),
			answer && answer.orphan && h( 'p', { className: named( 'orphan' ) }, __( 'No other post links here yet.', 'link-suggester' ) ),
			answer && ! answer.suggestions.length && h( 'p', null, __( 'No other post has words for a link to this one.', 'link-suggester' ) ),
			answer &&
				h(
					'ul',
					{ className: named( 'list' ) },
					answer.suggestions.map( ( suggestion ) => h( InboundItem, { key: suggestion.source_id, session, suggestion } ) )
				)
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
		const [ done, setDone ] = useState( null );
		const place = { anchor: problem.anchor, block: problem.block };
		const mend = async () => setDone( await adapter.replace( problem ) );
		const mendable = 'redirected' === problem.kind && problem.url && adapter.replace && ! ( done && done.ok );
		return h(
			'li',
			marking( adapter, place ),
			h( 'strong', { dir: 'auto' }, problem.anchor.text || problem.href ),
			h( 'p', null, done ? done.message : words.problem( problem ) ),
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
