<!DOCTYPE html>
<title><?php the_title(); ?></title>
<?php
echo implode( "\n", array_map( 'wp_kses_post', wc_take_notices() ) );
