<?php

declare(strict_types=1);

namespace FlashSale;

use Psr\Http\Message\{ResponseFactoryInterface, ResponseInterface, ServerRequestInterface};
use Psr\Http\Server\{MiddlewareInterface, RequestHandlerInterface};

/** PSR-15, before what only the admitted may reach: the request then has the attribute flashsale.admission. */
final readonly class WaitingRoomMiddleware implements MiddlewareInterface
{
    /** @param (\Closure(ServerRequestInterface): (string|array|null))|null $shopper who sends this request */
    public function __construct(
        private WaitingRoom $room,
        private ResponseFactoryInterface $responses,
        private ?\Closure $shopper = null,
    ) {}

    public function process(ServerRequestInterface $request, RequestHandlerInterface $handler): ResponseInterface
    {
        // As it was sent; what a framework makes of it may be encoded otherwise.
        $target = $request->getServerParams()['REQUEST_URI'] ?? $request->getRequestTarget();
        $headers = array_map(fn (array $values) => implode(', ', $values), $request->getHeaders());
        $shopper = $this->shopper?->__invoke($request);
        [$admission, $status, $set, $body] = $this->room->admit($request->getMethod(), $target, $headers, $shopper);
        $response = $status === 0
            ? $handler->handle($request->withAttribute('flashsale.admission', $admission))
            : $this->responses->createResponse($status);
        $body === '' || $response->getBody()->write($body);
        foreach ($set as [$name, $value]) {
            $response = $response->withAddedHeader($name, $value);
        }
        return $response;
    }
}
