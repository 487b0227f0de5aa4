<?php
// Installs WordPress into its database, the stand-in, and the plugin from its zip as "Upload plugin" does it.
define( 'WP_INSTALLING', true );
$_SERVER += array( 'HTTP_HOST' => 'shop.example', 'SERVER_PROTOCOL' => 'HTTP/1.1' );
require "$argv[1]/wp-load.php";
foreach ( array( 'upgrade', 'plugin', 'file', 'misc', 'class-wp-upgrader' ) as $part ) {
	require_once ABSPATH . "wp-admin/includes/$part.php";
}
add_filter( 'pre_wp_mail', '__return_true' );
wp_install( 'A shop', 'merchant', 'merchant@shop.example', false, '', wp_generate_password() );
switch_theme( 'plain' );
update_option( 'permalink_structure', '/%postname%/' );
wp_set_current_user( 1 );
$installed = ( new Plugin_Upgrader( new Automatic_Upgrader_Skin() ) )->install( $argv[2] );
true === $installed || exit( 'not installed: ' . print_r( $installed, true ) );
foreach ( array( 'woocommerce/woocommerce.php', 'flashsale-waiting-room/flashsale-waiting-room.php' ) as $plugin ) {
	is_null( activate_plugin( $plugin ) ) || exit( "not activated: $plugin" );
}
update_option( 'cron', array() ); // Each plugin's own comes back.
delete_option( 'rewrite_rules' ); // Made anew with the shop's own.
echo "installed\n";
