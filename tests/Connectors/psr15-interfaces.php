<?php

// PSR-15 as Composer's psr/http-server-handler and psr/http-server-middleware have it: Debian has no package of them.
namespace Psr\Http\Server;

use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;

require '/usr/share/php/Nyholm/Psr7/autoload.php'; // PSR-7 and PSR-17, which an application has with its framework

interface RequestHandlerInterface
{
    public function handle(ServerRequestInterface $request): ResponseInterface;
}

interface MiddlewareInterface
{
    public function process(ServerRequestInterface $request, RequestHandlerInterface $handler): ResponseInterface;
}
