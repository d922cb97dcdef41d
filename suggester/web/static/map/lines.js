/**
 * Lines, of which there may be a hundred thousand: drawn aside, some at a time, and laid beneath the map as a picture
 * that moves along until it is drawn anew. So the map moves smoothly where there is no graphics card, too.
 */

const AROUND = 0.5; // of the view: so much more is drawn on each side
const SLICE = 9; // milliseconds of each picture that may be spent on lines
const TOGETHER = 150; // lines in one stroke
const FAINT = 9; // the more links a site has, the fainter each is: this by their root, at most half

export class Lines {
	/**
	 * @param {Object}   site    What is drawn.
	 * @param {Object[]} strands Links by colour.
	 */
	constructor( site, strands ) {
		Object.assign( this, { site, strands } );
		this.there = null; // { sheet, at }: the picture, and the view that it was drawn for
		this.coming = null; // the same, being drawn
		this.work = null;
		this.spare = null; // a sheet to draw on next
	}

	/** Whether there is something left to draw. */
	get busy() {
		return Boolean( this.work );
	}

	/** Begins anew, for another view; with `gone` nothing is shown meanwhile. */
	begin( view, colours, gone = false ) {
		const sheet = this.spare ?? document.createElement( 'canvas' );
		const [ width, height ] = [ view.width, view.height ].map( ( each ) => Math.round( each * ( 1 + 2 * AROUND ) * view.ratio ) );
		if ( sheet.width !== width || sheet.height !== height ) {
			Object.assign( sheet, { width, height } );
		}
		if ( gone ) {
			this.there = null;
		}
		this.spare = sheet;
		this.coming = { sheet, at: { ...view, scale: view.scale * view.ratio } };
		this.work = this.paint( this.coming, colours );
	}

	/** Leaves off: the view moves. */
	leave() {
		this.work = null;
	}

	/** Forgets what was drawn. */
	clear() {
		this.there = this.coming = this.work = null;
	}

	/** Draws for a few milliseconds. */
	goOn() {
		const until = performance.now() + SLICE;
		let done = false;
		while ( ! done && performance.now() < until ) {
			done = this.work.next().done;
		}
		if ( done ) {
			this.spare = this.there?.sheet ?? null;
			[ this.there, this.coming, this.work ] = [ this.coming, null, null ];
		}
	}

	/** Lays the picture under the map, where its view is by now. */
	lay( ctx, view ) {
		const picture = this.there ?? this.coming;
		if ( ! picture ) {
			return;
		}
		const { sheet, at } = picture;
		const by = view.scale / at.scale;
		const [ x, y ] = [ ( at.x - view.x ) * view.scale + view.width / 2, ( at.y - view.y ) * view.scale + view.height / 2 ];
		ctx.drawImage( sheet, x - ( sheet.width / 2 ) * by, y - ( sheet.height / 2 ) * by, sheet.width * by, sheet.height * by );
	}

	/** Draws all lines that may be seen, and rests after each stroke. */
	*paint( { sheet, at }, colours ) {
		const brush = sheet.getContext( '2d' );
		const { x, y, sources, targets, links } = this.site;
		const [ left, top ] = [ at.x - sheet.width / 2 / at.scale, at.y - sheet.height / 2 / at.scale ];
		const [ right, bottom ] = [ 2 * at.x - left, 2 * at.y - top ];
		const closer = Math.min( 6, at.scale / at.ratio / at.whole );
		const faint = Math.min( 0.5, ( FAINT * Math.sqrt( closer ) ) / Math.sqrt( links + 1 ) );
		brush.clearRect( 0, 0, sheet.width, sheet.height );
		brush.lineWidth = at.ratio;
		for ( const { colour, list } of this.strands ) {
			brush.strokeStyle = colours[ colour ];
			brush.globalAlpha = colour === 'none' ? faint * 0.6 : faint;
			let drawn = 0;
			brush.beginPath();
			for ( const link of list ) {
				const [ x1, y1, x2, y2 ] = [ x[ sources[ link ] ], y[ sources[ link ] ], x[ targets[ link ] ], y[ targets[ link ] ] ];
				if ( Math.max( x1, x2 ) < left || Math.min( x1, x2 ) > right || Math.max( y1, y2 ) < top || Math.min( y1, y2 ) > bottom ) {
					continue;
				}
				brush.moveTo( ( x1 - left ) * at.scale, ( y1 - top ) * at.scale );
				brush.lineTo( ( x2 - left ) * at.scale, ( y2 - top ) * at.scale );
				if ( ++drawn % TOGETHER === 0 ) {
					brush.stroke();
					yield;
					brush.beginPath();
				}
			}
			brush.stroke();
		}
	}
}
