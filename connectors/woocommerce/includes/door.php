<?php
/** Who has no admission is sent to the line, from the product's page and from ?add-to-cart= on any page. */
namespace FlashSale\WooCommerce;

use FlashSale\{Edge, WaitingRoom};

const SALE = '_flashsale_sale';

/** The sale that a product is of, or its variation; '' for any other product. */
function sale_of( int $product ): string {
	$product = wp_get_post_parent_id( $product ) ?: $product;
	return (string) apply_filters( 'flashsale_sale', get_post_meta( $product, SALE, true ), $product );
}

/** FLASHSALE_EDGE and so on, in wp-config.php. */
function setting( string $name, bool $required = true ): ?string {
	$value = defined( "FLASHSALE_$name" ) ? (string) constant( "FLASHSALE_$name" ) : '';
	'' !== $value || ! $required || wp_die( "FLASHSALE_$name is not set.", '', array( 'response' => 503 ) );
	return '' === $value ? null : $value;
}

function room( string $sale ): WaitingRoom {
	return new WaitingRoom(
		edge: setting( 'EDGE' ),
		origin: preg_replace( '#^(https?://[^/]+).*#', '$1', home_url() ),
		storefront: setting( 'STOREFRONT' ),
		sale: $sale,
		secret: wp_salt(),
		folder: wp_upload_dir()['basedir'] . '/flashsale', // The line's public keys.
		apiKey: setting( 'REDEEM_ON_ARRIVAL', false ) ? setting( 'API_KEY' ) : null,
		enqueueSecret: setting( 'ENQUEUE_SECRET', false ),
		edgeFromServer: setting( 'EDGE_FROM_SERVER', false ),
		once: once( ... ),
	);
}

/** Server to server; a few seconds, and what then has no answer is asked again by the caller. */
function ledger( string $method, string $path, ?array $body = null, int $tries = 2, int $seconds = 3 ): array {
	$edge = new Edge( setting( 'EDGE_FROM_SERVER', false ) ?? setting( 'EDGE' ), '', setting( 'API_KEY' ) );
	return $edge->call( $method, $path, $body, $tries, $seconds );
}

/** Who this is, for a line that asks; see the connector. */
function shopper(): mixed {
	return apply_filters( 'flashsale_shopper', is_user_logged_in() ? 'wp-' . get_current_user_id() : null );
}

/** Of whoever sends this request; else the code of why there is none. */
function admission( string $sale ): array|string {
	[ $admission, , , $problem ] = room( $sale )->admit( 'POST', '/', getallheaders() );
	return $admission ?? json_decode( $problem )->code;
}

/** The line's address, which leads back to the product. */
function line_url( int $product ): string {
	$page = wp_make_link_relative( get_permalink( $product ) );
	$sent = room( sale_of( $product ) )->admit( 'GET', $page, array( 'accept' => 'text/html' ), shopper() );
	return array_column( $sent[2], 1, 0 )['Location'];
}

/** The visit is over: whoever kept the cookie would come back to a cart that is none. */
function forget( string $sale ): void {
	headers_sent() || header( 'Set-Cookie: ' . room( $sale )->forgetting(), false );
}

function guard( int $product ): void {
	$sale = sale_of( $product );
	if ( '' === $sale ) {
		return;
	}
	defined( 'DONOTCACHEPAGE' ) || define( 'DONOTCACHEPAGE', true ); // Caches of pages know this one.
	if ( isset( $_POST['add-to-cart'] ) && is_string( $code = admission( $sale ) ) ) {
		[ $status, $why ] = reason( $code );
		header( 'X-FlashSale-Line-Url: ' . line_url( $product ) ); // A form isn't redirected, but told where to go.
		$link = array( 'link_url' => line_url( $product ), 'link_text' => __( 'To the line', 'flashsale-waiting-room' ) );
		wp_die( esc_html( $why ), '', array( 'response' => $status ) + $link );
	}
	room( $sale )->enter( shopper() ); // Who has none is answered, and the request ends.
}

$asked = static fn() => isset( $_REQUEST['add-to-cart'] ) && guard( absint( $_REQUEST['add-to-cart'] ) );
add_action( 'wp_loaded', $asked, 15 ); // WooCommerce adds to the cart at 20.
add_action( 'template_redirect', static fn() => is_singular( 'product' ) && guard( get_queried_object_id() ), 1 );
