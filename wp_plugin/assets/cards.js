/**
 * One suggestion as a writer sees it: where it leads, in which words, why, and what can be done about it.
 */
( function () {
	'use strict';

	const { __, sprintf } = wp.i18n;
	const { createElement: h, useEffect, useLayoutEffect, useRef } = wp.element;
	const { Button, DropdownMenu, MenuGroup, MenuItem } = wp.components;
	const { quote, words } = window.linkSuggester;
	const config = window.linkSuggesterConfig || {};

	const named = ( name, ...more ) => [ name, ...more ].map( ( part ) => 'link-suggester-' + part ).join( ' ' );

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

	/** Props that mark a place in the text while the mouse or the focus is on an element; a menu of it marks its own. */
	function marking( adapter, place ) {
		const mark = () => adapter.mark( place );
		const leave = () => adapter.mark( null );
		return {
			onMouseEnter: mark,
			onMouseLeave: ( { currentTarget } ) => currentTarget.contains( document.activeElement ) || leave(),
			onFocus: ( { currentTarget, target } ) => currentTarget.contains( target ) && mark(),
			onBlur: leave,
		};
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
		const isThere = ! added && suggestion.block && choice.block.index === suggestion.block.index;
		const shown = added ? suggestion : { ...suggestion, ...choice, sentence: isThere ? suggestion.sentence : '' };
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

	function InboundCard( { session, suggestion, busy, item } ) {
		const { source, anchor } = suggestion;
		const ref = useHandedFocus( () => item.current );
		/* translators: 1: words of the text, 2: title of a post. */
		const label = anchor && sprintf( __( 'Add link from “%1$s” in %2$s', 'link-suggester' ), anchor.text, source.title );
		return h(
			'div',
			{ ref, className: named( 'card' ) },
			h( 'div', { className: named( 'head' ) }, h( PostLink, { post: source, url: source.url } ), h( Confidence, { suggestion } ) ),
			! anchor && h( 'p', { className: named( 'new' ) }, h( 'strong', null, __( 'New sentence', 'link-suggester' ) ) ),
			h( Sentence, { suggestion } ),
			h( Reasons, { reasons: suggestion.reasons } ),
			source.locked_by &&
				/* translators: %s: name of a person. */
				h( 'p', { className: named( 'details' ) }, sprintf( __( '%s is editing this post now.', 'link-suggester' ), source.locked_by ) ),
			! source.can_edit && h( 'p', { className: named( 'details' ) }, __( 'Somebody who may edit that post can add it.', 'link-suggester' ) ),
			h(
				'div',
				{ className: named( 'actions' ) },
				source.can_edit &&
					! source.locked_by &&
					anchor &&
					small(
						{ variant: 'primary', isBusy: busy, 'aria-disabled': busy, 'aria-label': label, onClick: () => busy || session.applyInbound( suggestion ) },
						__( 'Add it there', 'link-suggester' )
					),
				source.edit_url && small( { variant: 'tertiary', href: source.edit_url, target: '_blank' }, __( 'Open editor', 'link-suggester' ) )
			)
		);
	}

	function InboundItem( { session, suggestion } ) {
		const { source, source_id: id } = suggestion;
		const { done, failed, working } = session.state.inbound;
		const item = useRef();
		const busy = working === id;
		/* translators: %s: title of a post. */
		const text = sprintf( __( 'Link added in “%s”.', 'link-suggester' ), source.title );
		return h(
			'li',
			{ ref: item, tabIndex: -1 },
			done[ id ]
				? h( Done, { text, item, onUndo: () => busy || session.undoInbound( suggestion ) } )
				: h( InboundCard, { session, suggestion, busy, item } ),
			failed[ id ] && h( 'p', { className: named( 'failed' ) }, failed[ id ] )
		);
	}

	Object.assign( window.linkSuggester, { cards: { named, small, neighbour, marking, useHandedFocus, Item, InboundItem } } );
} )();
