/* Counts how often links in a post are followed: sends the post and the link and nothing else, and keeps nothing. */
( ( settings, counted ) => {
	const isLeftOut = () =>
		navigator.webdriver ||
		navigator.globalPrivacyControl ||
		navigator.doNotTrack === '1' ||
		document.querySelector( '#wp-admin-bar-new-content, #wp-admin-bar-edit' ); // Somebody who writes here.

	const isThisPage = ( link ) => link.pathname === location.pathname && link.search === location.search;

	const onClick = ( event ) => {
		const link = event.isTrusted && event.button < 2 && event.target.closest( 'a[data-link-suggester]' );
		if ( ! link || link.origin !== location.origin || isThisPage( link ) || counted.has( link.href ) || isLeftOut() ) {
			return;
		}
		counted.add( link.href ); // Once, however often it is clicked before the page is left.
		navigator.sendBeacon( settings.to, new URLSearchParams( { post: settings.post, href: link.getAttribute( 'href' ) } ) );
	};

	addEventListener( 'click', onClick, true );
	addEventListener( 'auxclick', onClick, true );
} )( window.linkSuggesterClicks, new Set() );
