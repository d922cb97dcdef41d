/**
 * The block editor as the panel sees it: finds words in blocks, marks them, puts links on them.
 */
( function () {
	'use strict';

	// Blocks whose own text may carry a link, as the service sees it; blocks of other plugins check their own HTML.
	const OPEN = [ 'paragraph', 'list-item', 'list', 'quote', 'pullquote', 'table', 'freeform' ].map( ( name ) => 'core/' + name );
	const SEALED = [ 'block', 'template-part', 'pattern', 'buttons', 'navigation', 'html', 'gallery' ].map( ( name ) => 'core/' + name );
	const CLOSED_TEXTS = [ 'caption', 'summary' ];

	/**
	 * Gives a value inside of nested attributes.
	 *
	 * @param {Object} attributes Attributes of a block.
	 * @param {Array}  path       Keys, as in `[ 'body', 0, 'cells', 1, 'content' ]`.
	 * @return {*} The value.
	 */
	const valueAt = ( attributes, path ) => path.reduce( ( inner, key ) => ( inner || {} )[ key ], attributes );

	/**
	 * Copies nested attributes with one value changed.
	 *
	 * @param {*}     attributes Attributes of a block, or a part of them.
	 * @param {Array} path       Keys to the value.
	 * @param {*}     value      The new one.
	 * @return {*} The copy.
	 */
	function withValue( attributes, [ key, ...more ], value ) {
		if ( undefined === key ) {
			return value;
		}
		const copy = Array.isArray( attributes ) ? attributes.slice() : { ...attributes };
		copy[ key ] = withValue( copy[ key ], more, value );
		return copy;
	}

	/**
	 * Gives the paths of a block's texts, in the order in which they stand.
	 *
	 * @param {Object} block `{ name, attributes }`.
	 * @param {Object} type  The block's type.
	 * @return {Array<Array>} Paths into its attributes.
	 */
	function textPaths( { name, attributes }, type ) {
		if ( 'core/freeform' === name ) {
			return [ [ 'content' ] ];
		}
		if ( 'core/table' === name ) {
			return [ 'head', 'body', 'foot' ].flatMap( ( part ) =>
				( attributes[ part ] || [] ).flatMap( ( { cells }, row ) =>
					cells.flatMap( ( { tag }, column ) => ( 'th' === tag ? [] : [ [ part, row, 'cells', column, 'content' ] ] ) )
				)
			);
		}
		const attributesOf = ( type && type.attributes ) || {};
		return Object.keys( attributesOf )
			.filter( ( key ) => [ 'rich-text', 'html' ].includes( attributesOf[ key ].source ) )
			.filter( ( key ) => ! attributesOf[ key ].multiline && ! CLOSED_TEXTS.includes( key ) )
			.map( ( key ) => [ key ] );
	}

	/**
	 * Lists the texts of all blocks, in the order in which they stand.
	 *
	 * @param {Object[]} blocks  Blocks with their inner blocks.
	 * @param {Object}   editor  `{ typeOf( name ), textOf( html, name ), isEditable( clientId ) }`.
	 * @param {Object[]} [found] What was found before them.
	 * @return {Array<Object>} `{ clientId, name, path, html, text, index, open }`; `index` counts those that are not empty.
	 */
	function textsOf( blocks, editor, found = [] ) {
		for ( const block of blocks ) {
			if ( SEALED.includes( block.name ) ) {
				continue;
			}
			const open = OPEN.includes( block.name ) && editor.isEditable( block.clientId );
			for ( const path of textPaths( block, editor.typeOf( block.name ) ) ) {
				const html = String( valueAt( block.attributes, path ) || '' );
				const text = editor.textOf( html, block.name );
				if ( text.trim() ) {
					found.push( { clientId: block.clientId, name: block.name, path, html, text, index: found.length, open } );
				}
			}
			textsOf( block.innerBlocks, editor, found );
		}
		return found;
	}

	/**
	 * Finds the one link that was put into an HTML: its two tags, and nothing else.
	 *
	 * @param {string} before HTML without the link.
	 * @param {string} after  HTML with it.
	 * @return {?{start: number, tag: string, inner: string}} Where it begins in `after`; null where more was changed.
	 */
	function addedLink( before, after ) {
		const tags = /<a href="[^"]*">/g;
		for ( let found = tags.exec( after ); found; found = tags.exec( after ) ) {
			const end = after.indexOf( '</a>', tags.lastIndex );
			const inner = after.slice( tags.lastIndex, end );
			if ( end >= 0 && after.slice( 0, found.index ) + inner + after.slice( end + 4 ) === before ) {
				return { start: found.index, tag: found[ 0 ], inner };
			}
		}
		return null;
	}

	const pure = { valueAt, withValue, textPaths, textsOf, addedLink };
	if ( typeof module !== 'undefined' ) {
		module.exports = pure;
	}
	if ( typeof window === 'undefined' || ! window.wp || ! wp.plugins ) {
		return;
	}

	const { __ } = wp.i18n;
	const { select, dispatch } = wp.data;
	const { api, quote, Panel, Waiting } = window.linkSuggester;
	const config = window.linkSuggesterConfig || {};
	const SIDEBAR = 'link-suggester/suggestions';
	const HIGHLIGHT = 'link-suggester';
	const GONE = __( 'These words are not in the text any more. The list will be renewed in a moment.', 'link-suggester' );
	const blockEditor = () => select( 'core/block-editor' );

	/** Says a failure. */
	const no = ( message ) => ( { ok: false, message } );

	const editor = {
		typeOf: wp.blocks.getBlockType,
		textOf: ( html, name ) =>
			'core/freeform' === name
				? new DOMParser().parseFromString( html, 'text/html' ).body.textContent
				: wp.richText.create( { html } ).text,
		isEditable( clientId ) {
			const { canEditBlock, getBlockEditingMode } = blockEditor();
			return ( ! canEditBlock || canEditBlock( clientId ) ) && ( ! getBlockEditingMode || 'disabled' !== getBlockEditingMode( clientId ) );
		},
	};

	const known = new WeakMap(); // Tree of blocks → its texts, so that many places cost one walk.

	function texts() {
		const blocks = blockEditor().getBlocks();
		if ( ! known.has( blocks ) ) {
			known.set( blocks, textsOf( blocks, editor ) );
		}
		return known.get( blocks );
	}

	/**
	 * Finds a place: `{ item, start, end }`, or null. The whole text of its block where there is no anchor.
	 *
	 * A link that is standing there may stand where no new one may.
	 */
	function spot( place ) {
		const among = place.standing ? texts() : texts().filter( ( { open } ) => open );
		if ( place.anchor ) {
			return quote.findIn( among, place );
		}
		const item = among.find( ( { index } ) => place.block && index === place.block.index );
		return item ? { item, start: 0, end: item.text.length } : null;
	}

	const href = ( url ) => ( /^https?:\/\//i.test( url ) ? url : '' );

	/** Puts HTML into a block, as one step of the editor's own undo. */
	function write( { clientId, path }, html ) {
		const block = blockEditor().getBlock( clientId );
		const Rich = wp.richText.RichTextData;
		let value = html;
		if ( Rich && valueAt( block.attributes, path ) instanceof Rich ) {
			const holder = document.implementation.createHTMLDocument( '' ).createElement( 'div' );
			holder.innerHTML = html;
			value = Rich.fromHTMLElement( holder, { preserveWhiteSpace: true } );
		}
		const attributes = withValue( block.attributes, path, value );
		const { updateBlockAttributes, __unstableMarkLastChangeAsPersistent: mark } = dispatch( 'core/block-editor' );
		mark(); // What was typed before is a step of its own,
		updateBlockAttributes( clientId, { [ path[ 0 ] ]: attributes[ path[ 0 ] ] } );
		mark(); // and so is what will be typed after.
	}

	const htmlOf = ( { clientId, path } ) => {
		const block = blockEditor().getBlock( clientId );
		return block ? String( valueAt( block.attributes, path ) ) : '';
	};

	/** What undo depends on: anything but the selection. */
	function moment() {
		const { getCurrentPostType, getCurrentPostId } = select( 'core/editor' );
		const edits = { ...select( 'core' ).getEntityRecordEdits( 'postType', getCurrentPostType(), getCurrentPostId() ) };
		delete edits.selection;
		return [ blockEditor().getBlocks(), ...Object.keys( edits ).map( ( key ) => edits[ key ] ) ];
	}

	/** Takes a link out again: with the editor's undo where it was the last step, else by its two tags alone. */
	function undoFor( item, link ) {
		const then = moment();
		return async () => {
			const now = moment();
			const last = now.length === then.length && now.every( ( value, key ) => value === then[ key ] );
			if ( last && select( 'core/editor' ).hasEditorUndo() ) {
				await dispatch( 'core/editor' ).undo();
				return { ok: true };
			}
			const html = htmlOf( item );
			const whole = link.tag + link.inner + '</a>';
			const at = html.indexOf( whole );
			if ( at < 0 ) {
				return no( __( 'The link is not there any more.', 'link-suggester' ) );
			}
			write( item, html.slice( 0, at ) + ( link.sentence ? '' : link.inner ) + html.slice( at + whole.length ) );
			return { ok: true };
		};
	}

	/** Links the words with the editor's own means; '' where that would change more than the two tags. */
	function linked( { item, start, end }, url ) {
		if ( 'core/freeform' === item.name ) {
			return '';
		}
		const value = wp.richText.create( { html: item.html } );
		const format = { type: 'core/link', attributes: { url } };
		const html = wp.richText.toHTMLString( { value: wp.richText.applyFormat( value, format, start, end ) } );
		return addedLink( item.html, html ) ? html : '';
	}

	const carriesLink = ( { item, start, end } ) =>
		'core/freeform' !== item.name &&
		wp.richText
			.create( { html: item.html } )
			.formats.slice( start, end )
			.some( ( formats ) => ( formats || [] ).some( ( { type } ) => 'core/link' === type || 'a' === type ) );

	async function addLink( { anchor, block, target } ) {
		const found = spot( { anchor, block } );
		const url = href( target.url );
		if ( ! found || ! url ) {
			return no( GONE );
		}
		if ( carriesLink( found ) ) {
			return no( __( 'These words carry a link already.', 'link-suggester' ) );
		}
		const { item } = found;
		let html = linked( found, url );
		if ( ! html ) {
			const { content } = await api.insert( adapter.postId(), { content: item.html, block: { ...block, index: 0 }, anchor, href: url } );
			html = content;
		}
		const link = addedLink( item.html, html );
		if ( ! link || htmlOf( item ) !== item.html ) {
			return no( GONE );
		}
		write( item, html );
		return { ok: true, message: '', undo: undoFor( item, link ) };
	}

	/** Adds a sentence where the service says it goes; the editor's text is compared before and after. */
	async function addSentence( { new_text: added, target } ) {
		const { content } = adapter.draft();
		const answer = await api.insert( adapter.postId(), { content, new_text: added, block: added.block, href: href( target.url ) } );
		const before = texts();
		const after = textsOf( wp.blocks.parse( answer.content ), { ...editor, isEditable: () => true } );
		const changed = before.filter( ( item, at ) => after[ at ] && item.html !== after[ at ].html );
		if ( content !== adapter.draft().content || before.length !== after.length || 1 !== changed.length || ! changed[ 0 ].open ) {
			return no( GONE );
		}
		const [ item ] = changed;
		const html = after[ item.index ].html;
		write( item, html );
		return { ok: true, message: '', undo: undoFor( item, { tag: html.slice( item.html.length ).replace( /<\/a>.*/s, '' ), inner: '', sentence: true } ) };
	}

	/** The document that holds the text: a frame's, where the editor has one. */
	function canvas() {
		const frame = document.querySelector( 'iframe[name="editor-canvas"]' );
		return ( frame && frame.contentDocument ) || document;
	}

	/** Gives the range of the words in an element; null where its text does not hold them. */
	function rangeIn( element, place ) {
		const nodes = [];
		const walker = element.ownerDocument.createTreeWalker( element, NodeFilter.SHOW_TEXT );
		let text = '';
		while ( walker.nextNode() ) {
			nodes.push( { node: walker.currentNode, start: text.length } );
			text += walker.currentNode.data;
		}
		const found = place.anchor ? quote.find( text, place.anchor ) : { start: 0, end: text.length };
		if ( ! found || ! nodes.length ) {
			return null;
		}
		const at = ( offset ) => {
			const { node, start } = nodes.filter( ( one ) => one.start <= offset ).pop();
			return [ node, Math.min( offset - start, node.data.length ) ];
		};
		const range = element.ownerDocument.createRange();
		range.setStart( ...at( found.start ) );
		range.setEnd( ...at( found.end - 1 ) );
		range.setEnd( range.endContainer, Math.min( range.endOffset + 1, range.endContainer.length ) );
		return range;
	}

	let outlined = null;

	function unmark() {
		const { CSS } = canvas().defaultView;
		if ( CSS && CSS.highlights ) {
			CSS.highlights.delete( HIGHLIGHT );
		}
		if ( outlined ) {
			dispatch( 'core/block-editor' ).toggleBlockHighlight( outlined, false );
			outlined = null;
		}
	}

	function style( page ) {
		if ( ! page.getElementById( HIGHLIGHT + '-style' ) ) {
			const sheet = page.createElement( 'style' );
			sheet.id = HIGHLIGHT + '-style';
			sheet.textContent = `::highlight(${ HIGHLIGHT }){background-color:#ffe58f;color:#1e1e1e}`;
			page.head.appendChild( sheet );
		}
	}

	function mark( place ) {
		unmark();
		const found = place && spot( place );
		if ( ! found ) {
			return;
		}
		const page = canvas();
		const view = page.defaultView;
		const element = page.querySelector( `[data-block="${ found.item.clientId }"]` );
		const range = element && rangeIn( element, place );
		if ( range && view.CSS.highlights && view.Highlight ) {
			style( page );
			view.CSS.highlights.set( HIGHLIGHT, new view.Highlight( range ) );
		} else {
			outlined = found.item.clientId;
			dispatch( 'core/block-editor' ).toggleBlockHighlight( outlined, true );
		}
		if ( element ) {
			const still = view.matchMedia( '(prefers-reduced-motion: reduce)' ).matches;
			const holder = range ? range.startContainer.parentElement : element;
			holder.scrollIntoView( { block: 'nearest', behavior: still ? 'auto' : 'smooth' } );
		}
	}

	/** Gives a redirected link its new address, where it is the only one with the old. */
	async function replace( problem ) {
		const { href: old, url } = problem;
		const found = spot( problem );
		const escaped = ( address ) => `href="${ address.replace( /&/g, '&amp;' ).replace( /"/g, '&quot;' ) }"`;
		const [ before, after, ...more ] = found ? found.item.html.split( escaped( old ) ) : [];
		if ( undefined === after || more.length || ! href( url ) || isTextMode() || ! editor.isEditable( found.item.clientId ) ) {
			return no( __( 'Please change this link by hand.', 'link-suggester' ) );
		}
		write( found.item, before + escaped( url ) + after );
		return { ok: true, message: __( 'The link has its new address.', 'link-suggester' ) };
	}

	const isTextMode = () => 'text' === ( select( 'core/editor' ).getEditorMode || select( 'core/edit-post' ).getEditorMode )();

	const adapter = {
		postId: () => select( 'core/editor' ).getCurrentPostId(),
		draft: () => ( {
			title: select( 'core/editor' ).getEditedPostAttribute( 'title' ) || '',
			content: select( 'core/editor' ).getEditedPostContent(),
			type: select( 'core/editor' ).getCurrentPostType(),
		} ),
		subscribe( onChange ) {
			const state = () => [ blockEditor().getBlocks(), select( 'core/editor' ).getEditedPostAttribute( 'title' ), isTextMode() && adapter.draft().content ];
			let last = state();
			return wp.data.subscribe( () => {
				const now = state();
				if ( now.some( ( value, at ) => value !== last[ at ] ) ) {
					last = now;
					onChange();
				}
			} );
		},
		locate: ( place ) => !! spot( place ),
		placeName: ( place ) => {
			const found = spot( place );
			const end = found ? quote.fold( found.item.text ).text : '';
			return end.length > 40 ? '…' + end.slice( -40 ).replace( /^\S*\s/, '' ) : end;
		},
		mark,
		async apply( suggestion, choice ) {
			if ( isTextMode() ) {
				return no( __( 'Switch to the visual editor to add links with one click.', 'link-suggester' ) );
			}
			try {
				return await ( choice.new_text ? addSentence( choice ) : addLink( choice ) );
			} catch ( error ) {
				return no( api.told( error ).message );
			}
		},
		replace,
		announce: ( text, politeness ) => wp.a11y.speak( text, politeness ),
	};

	const { createElement: h } = wp.element;
	const { Button, SVG, Path } = wp.components;
	const slots = wp.editor.PluginSidebar ? wp.editor : wp.editPost;
	const title = __( 'Link suggestions', 'link-suggester' );
	const icon = h(
		SVG,
		{ xmlns: 'http://www.w3.org/2000/svg', viewBox: '0 0 24 24', width: 24, height: 24 },
		h( Path, {
			d: 'M10 17.3H7.5a3.3 3.3 0 1 1 0-6.6H10V9.2H7.500a4.800 4.800 0 1 0 0 9.600H10v-1.500zM9 13.250v1.500h6v-1.500H9zm7.500-4.050H14v1.500h2.500a3.300 3.300 0 1 1 0 6.600H14v1.500h2.500a4.800 4.800 0 0 0 0-9.600zM18 2l.7 1.800 1.800.7-1.800.7L18 7l-.7-1.800-1.800-.7 1.800-.7L18 2z',
		} )
	);

	function openSidebar() {
		const { closePublishSidebar } = { ...dispatch( 'core/edit-post' ), ...dispatch( 'core/editor' ) };
		closePublishSidebar();
		dispatch( 'core/edit-post' ).openGeneralSidebar( SIDEBAR );
	}

	const Line = () =>
		h(
			'div',
			null,
			h( Waiting, { adapter } ),
			h( Button, { variant: 'secondary', onClick: openSidebar }, __( 'Show link suggestions', 'link-suggester' ) )
		);

	function Suggester() {
		wp.element.useEffect( () => {
			let tries = config.target ? 10 : 0; // The editor opens its own sidebar while it starts, over ours.
			const timer = setInterval( () => {
				if ( ! tries-- || document.querySelector( '.link-suggester-panel' ) ) {
					clearInterval( timer );
				} else {
					openSidebar();
				}
			}, 200 );
			return () => clearInterval( timer );
		}, [] );
		return h(
			wp.element.Fragment,
			null,
			h( slots.PluginSidebar, { name: 'suggestions', title, icon }, h( Panel, { adapter } ) ),
			h( slots.PluginDocumentSettingPanel, { name: 'waiting', title, className: 'link-suggester-document' }, h( Line ) ),
			h( slots.PluginPrePublishPanel, { title, initialOpen: true, icon }, h( Line ) )
		);
	}

	wp.plugins.registerPlugin( 'link-suggester', { icon, render: Suggester } );
} )();
