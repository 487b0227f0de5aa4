// Calls a Fetch-style function for each request, as its host would. (The tests' part: the README's program is before it.)
import { createServer } from 'node:http';

createServer(async (incoming, outgoing) => {
  const headers = new Headers();
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) headers.append(incoming.rawHeaders[at], incoming.rawHeaders[at + 1]);
  const url = `http://${incoming.headers.host}${incoming.url}`;
  const answer = await shop(new Request(url, { method: incoming.method, headers }));
  outgoing.writeHead(answer.status, [...answer.headers].flat());
  outgoing.end(await answer.text());
}).listen(process.env.PORT);
