// An application of one page behind $middleware, on PHP's own server. (The tests' part: the README's program is before it.)

$page = new class($responses) implements Psr\Http\Server\RequestHandlerInterface {
    public function __construct(private $responses)
    {
    }

    public function handle(Psr\Http\Message\ServerRequestInterface $request): Psr\Http\Message\ResponseInterface
    {
        $unit = $request->getAttribute('flashsale.admission')['unit'] ?? null;
        $response = $this->responses->createResponse()->withHeader('Content-Type', 'text/html');
        $response->getBody()->write("Unit $unit is yours");
        return $response;
    }
};
$request = new Nyholm\Psr7\ServerRequest($_SERVER['REQUEST_METHOD'], '/', getallheaders(), null, '1.1', $_SERVER);
$response = $middleware->process($request, $page);
http_response_code($response->getStatusCode());
foreach ($response->getHeaders() as $name => $values) {
    foreach ($values as $value) {
        header("$name: $value", false);
    }
}
echo $response->getBody();
