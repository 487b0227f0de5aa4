<?php

declare(strict_types=1);

namespace FlashSale;

use Psr\Http\Message\ResponseFactoryInterface;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;
use Psr\Http\Server\MiddlewareInterface;
use Psr\Http\Server\RequestHandlerInterface;

/** PSR-15: put it before what only the admitted may reach; the request then has the attribute Admission::class. */
final class WaitingRoomMiddleware implements MiddlewareInterface
{
    /** @param (callable(ServerRequestInterface): ?string)|null $shopper who sends this request */
    public function __construct(
        private readonly WaitingRoom $room,
        private readonly ResponseFactoryInterface $responses,
        private readonly mixed $shopper = null,
    ) {
    }

    public function process(ServerRequestInterface $request, RequestHandlerInterface $handler): ResponseInterface
    {
        // As it was sent; what a framework makes of it may be encoded otherwise.
        $target = $request->getServerParams()['REQUEST_URI'] ?? $request->getRequestTarget();
        $headers = array_map(fn (array $values) => implode(', ', $values), $request->getHeaders());
        $shopper = $this->shopper === null ? null : ($this->shopper)($request);
        $answer = $this->room->admit($request->getMethod(), $target, $headers, $shopper);
        $response = $answer->isLetThrough()
            ? $handler->handle($request->withAttribute(Admission::class, $answer->admission))
            : $this->responses->createResponse($answer->status);
        foreach ($answer->headers as $name => $values) {
            foreach ($values as $value) {
                $response = $name === 'Set-Cookie' ? $response->withAddedHeader($name, $value) : $response->withHeader($name, $value);
            }
        }
        if (!$answer->isLetThrough()) {
            $response->getBody()->write($answer->body);
        }
        return $response;
    }
}
