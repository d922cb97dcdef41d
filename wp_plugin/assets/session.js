/**
 * What the panel knows while a post is open: it asks, remembers, and forgets. No markup, no WordPress.
 *
 * An adapter stands for the editor: `{ postId(), draft(), subscribe( onChange ), locate( place ), mark( place ),
 * apply( suggestion, choice ), announce( text, politeness ) }`; `apply` answers `{ ok, message, undo? }`, where `undo()`
 * answers `{ ok, message }`. A place is `{ anchor, block }`; the anchor of new text is null. `replace( problem )`
 * answers as `apply` does.
 */
( function () {
	'use strict';

	const WAIT = 1200; // Milliseconds without typing before the text is sent.
	const LASTING = 10000; // How long something done can be undone here, as long as WordPress shows a snackbar.
	const PAUSE = 60000; // After a failure nothing is asked unbidden for so long.
	const LIMIT = 10;
	const LIMIT_WITH_WISH = 30; // So that the target a writer came for is among them.
	const LASTING_ERRORS = [ 'not_configured', 'refused', 'version' ].map( ( name ) => 'link_suggester_' + name );

	/**
	 * Whether a content has any text a link could stand on.
	 *
	 * @param {string} content Content as WordPress stores it.
	 * @return {boolean} Whether there is none.
	 */
	const isBlank = ( content ) => ! content.replace( /<[^>]*>|&nbsp;|\s/g, '' );

	/**
	 * Begins a session for one open post.
	 *
	 * @param {Object} adapter The editor.
	 * @param {Object} api     `suggestions`, `verdict`, `inbound`, `applyInbound`, `undoInbound`.
	 * @param {Object} config  `{ configured, target }`; the target is the id of one that should come first.
	 * @param {Object} says    What is announced: `{ count( n ), added, dismissed, undone }`.
	 * @return {Object} The session.
	 */
	function createSession( adapter, api, config, says ) {
		const listeners = new Set();
		const gone = {}; // Target id → number of the request after which an answer may bring it back.
		const notices = new Map(); // Target id → { suggestion, verdict, undo, index, timer, settled }.
		const inbound = { busy: false, error: null, answer: null, done: {}, failed: {} };
		const state = { busy: false, blank: false, error: null, answer: null, failed: {}, choices: {}, inbound };
		let watchers = 0;
		let stop = null;
		let timer = null;
		let asked = null; // The draft that was asked for last.
		let number = 0;
		let controller = null;
		let counted = -1;
		let mayAskAt = 0;
		let held = false; // Somebody points at the list: what was done stays in it, so that nothing moves there.

		const changed = () => listeners.forEach( ( listener ) => listener() );

		const set = ( patch ) => {
			Object.assign( state, patch );
			changed();
		};

		const placeOf = ( suggestion ) => ( {
			anchor: suggestion.anchor,
			block: suggestion.anchor ? suggestion.block : suggestion.new_text && suggestion.new_text.block,
		} );

		/** Gives the suggestions that can still be acted on, best first. */
		const open = () => ( state.answer ? state.answer.suggestions.filter( ( { target } ) => ! ( target.id in gone ) ) : [] );

		/** What will be applied for a suggestion: itself, unless the writer chose other words or another post. */
		const choiceFor = ( suggestion ) =>
			state.choices[ suggestion.target.id ] ||
			( suggestion.anchor
				? { ...placeOf( suggestion ), target: suggestion.target }
				: { new_text: suggestion.new_text, target: suggestion.target } );

		/** Keeps what can be found in the editor now; other words step in for those that cannot. */
		function usable( suggestion ) {
			if ( ! suggestion.anchor || adapter.locate( placeOf( suggestion ) ) ) {
				return !! ( suggestion.anchor || suggestion.new_text );
			}
			const other = suggestion.alternatives.find( ( place ) => adapter.locate( place ) );
			if ( other ) {
				state.choices[ suggestion.target.id ] = { ...other, target: suggestion.target };
			}
			return !! other;
		}

		function accept( answer, mine ) {
			for ( const id of Object.keys( gone ) ) {
				if ( gone[ id ] < mine ) {
					delete gone[ id ];
				}
			}
			state.choices = {};
			const suggestions = answer.suggestions.filter( usable );
			suggestions.forEach( ( { target } ) => {
				if ( ! ( target.id in gone ) && notices.has( target.id ) ) {
					forget( target.id ); // The link was taken out again by the editor's own undo.
				}
			} );
			if ( config.target ) {
				suggestions.sort( ( a, b ) => ( b.target.id === config.target ) - ( a.target.id === config.target ) );
			}
			set( { answer: { ...answer, suggestions }, busy: false, error: null, failed: {} } );
			const count = open().filter( ( { shown } ) => shown ).length;
			if ( count !== counted ) {
				counted = count;
				adapter.announce( says.count( count ), 'polite' );
			}
		}

		function fail( { code, message } ) {
			const lasting = LASTING_ERRORS.includes( code );
			asked = null;
			mayAskAt = lasting ? Infinity : Date.now() + PAUSE;
			if ( ! state.error || state.error.message !== message ) {
				adapter.announce( message, 'polite' );
			}
			set( { error: { message, lasting }, busy: false } );
		}

		/** Asks for the text on screen, unless it was the last to be asked for. */
		async function renew() {
			clearTimeout( timer );
			const draft = adapter.draft();
			const key = draft.title + '\n' + draft.content;
			if ( ! config.configured || Date.now() < mayAskAt ) {
				return;
			}
			if ( key === asked ) {
				bringBack();
				return;
			}
			asked = key;
			cancel();
			if ( isBlank( draft.content ) ) {
				set( { blank: true, busy: false, answer: null } );
				return;
			}
			const mine = ++number;
			controller = new AbortController();
			set( { blank: false, busy: true } );
			try {
				const limit = config.target ? LIMIT_WITH_WISH : LIMIT;
				const answer = await api.suggestions( adapter.postId(), { ...draft, limit }, controller.signal );
				if ( mine === number ) {
					accept( answer, mine );
				}
			} catch ( error ) {
				if ( mine === number && error.name !== 'AbortError' ) {
					fail( error );
				}
			}
		}

		/** Shows again what was added since the answer came, where the text is as it was asked for: it was undone there. */
		function bringBack() {
			if ( state.answer && ! state.busy && Object.values( gone ).some( Number.isFinite ) ) {
				accept( state.answer, ++number );
			}
		}

		function cancel() {
			number++;
			if ( controller ) {
				controller.abort();
			}
		}

		function later() {
			clearTimeout( timer );
			timer = setTimeout( renew, WAIT );
		}

		function forget( id ) {
			clearTimeout( ( notices.get( id ) || {} ).timer );
			notices.delete( id );
		}

		/** Tells the service what was decided, once it can no longer be undone here. */
		function settle( id ) {
			const notice = notices.get( id );
			const { suggestion, verdict, target, anchor } = notice;
			clearTimeout( notice.timer );
			if ( held ) {
				Object.assign( notice, { settled: true, undo: null } );
			} else {
				forget( id );
			}
			changed();
			api.verdict( adapter.postId(), { target_id: target.id, verdict, anchor } ).catch( ( error ) => {
				if ( 'dismissed' === verdict ) {
					forget( id );
					delete gone[ id ];
					set( { failed: { ...state.failed, [ suggestion.target.id ]: error.message } } );
				}
			} );
		}

		const settled = ( is ) => Array.from( notices.keys() ).filter( ( id ) => !! notices.get( id ).settled === is );

		const settleAll = () => settled( false ).forEach( settle );

		/** Lets nothing move in the list while somebody points at it. */
		function hold( is ) {
			held = is;
			if ( ! held && settled( true ).length ) {
				settled( true ).forEach( forget );
				changed();
			}
		}

		function decide( suggestion, verdict, undo ) {
			const id = suggestion.target.id;
			const { target, anchor, new_text: added } = choiceFor( suggestion );
			const index = open().indexOf( suggestion );
			forget( id );
			gone[ id ] = 'dismissed' === verdict ? Infinity : number;
			notices.set( id, {
				suggestion,
				verdict,
				undo,
				index,
				target,
				anchor: anchor ? anchor.text : ( added && added.anchor ) || '',
				timer: setTimeout( () => settle( id ), LASTING ),
			} );
			changed();
		}

		async function add( suggestion ) {
			const id = suggestion.target.id;
			set( { adding: id } );
			const done = await adapter.apply( suggestion, choiceFor( suggestion ) );
			state.adding = null;
			if ( done.ok ) {
				decide( suggestion, 'accepted', done.undo );
				later();
			} else {
				set( { failed: { ...state.failed, [ id ]: done.message } } );
			}
			adapter.announce( done.ok ? says.added : done.message, done.ok ? 'polite' : 'assertive' );
		}

		function dismiss( suggestion ) {
			decide( suggestion, 'dismissed', async () => ( { ok: true } ) );
			adapter.announce( says.dismissed, 'polite' );
		}

		async function undo( id ) {
			const done = await notices.get( id ).undo();
			forget( id );
			if ( done.ok ) {
				delete gone[ id ];
				later();
			} else {
				state.error = { message: done.message, lasting: true };
			}
			adapter.announce( done.ok ? says.undone : done.message, 'polite' );
			changed();
		}

		/** Gives what the list shows: suggestions, and in their places what was just done with others. */
		function items() {
			const list = open().map( ( suggestion ) => ( { suggestion, notice: null } ) );
			Array.from( notices.values() )
				.sort( ( a, b ) => a.index - b.index )
				.forEach( ( notice ) => list.splice( notice.index, 0, { suggestion: notice.suggestion, notice } ) );
			return list;
		}

		async function loadInbound( again ) {
			if ( inbound.busy || ( inbound.answer && ! again ) || ! config.configured ) {
				return;
			}
			Object.assign( inbound, { busy: true, error: null } );
			changed();
			try {
				inbound.answer = await api.inbound( adapter.postId() );
			} catch ( error ) {
				inbound.error = error;
			}
			inbound.busy = false;
			changed();
		}

		/** Adds or takes out a link in another post; what happened stands with its suggestion. */
		async function elsewhere( sourceId, ask, said ) {
			inbound.working = sourceId;
			delete inbound.failed[ sourceId ];
			changed();
			try {
				const answer = await ask();
				inbound.done[ sourceId ] = answer.undo;
				adapter.announce( said, 'polite' );
			} catch ( error ) {
				inbound.failed[ sourceId ] = error.message;
				adapter.announce( error.message, 'assertive' );
			}
			inbound.working = null;
			changed();
		}

		const applyInbound = ( { source_id: id, block, anchor } ) =>
			elsewhere( id, () => api.applyInbound( adapter.postId(), { source_id: id, block, anchor } ), says.added );

		const undoInbound = ( { source_id: id } ) =>
			elsewhere(
				id,
				() => api.undoInbound( adapter.postId(), inbound.done[ id ] ).then( () => ( { undo: null } ) ),
				says.undone
			);

		/** Keeps the list fresh while somebody looks at it. */
		function watch() {
			if ( 1 === ++watchers ) {
				stop = adapter.subscribe( later );
				renew();
			}
			return () => {
				if ( 0 === --watchers ) {
					stop();
					clearTimeout( timer );
					cancel();
					asked = state.busy ? null : asked;
					state.busy = false;
				}
			};
		}

		return {
			state,
			listen: ( listener ) => {
				listeners.add( listener );
				return () => listeners.delete( listener );
			},
			watch,
			retry: () => {
				mayAskAt = 0;
				asked = null;
				return renew();
			},
			choose: ( suggestion, choice ) => set( { choices: { ...state.choices, [ suggestion.target.id ]: choice } } ),
			waiting: () => open().filter( ( { shown } ) => shown ).length,
			choiceFor,
			items,
			add,
			dismiss,
			undo,
			settleAll,
			hold,
			loadInbound,
			applyInbound,
			undoInbound,
		};
	}

	const session = { createSession, isBlank };
	if ( typeof window !== 'undefined' ) {
		window.linkSuggester = Object.assign( window.linkSuggester || {}, session );
	}
	if ( typeof module !== 'undefined' ) {
		module.exports = session;
	}
} )();
