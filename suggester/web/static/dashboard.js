/**
 * What htmx does not do: the menu on a phone.
 */
( () => {
	'use strict';

	const button = document.querySelector( '.menu-button' );
	const menu = document.getElementById( 'menu' );

	button?.addEventListener( 'click', () => {
		const open = menu.classList.toggle( 'open' );
		button.setAttribute( 'aria-expanded', String( open ) );
	} );
} )();
