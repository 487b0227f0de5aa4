-- Sends the same request over and over.
-- wrk -s fixed.lua URL -- METHOD [HEADER VALUE]...
function init(args)
  wrk.method = args[1]
  for i = 2, #args - 1, 2 do wrk.headers[args[i]] = args[i + 1] end
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(99)))
end
