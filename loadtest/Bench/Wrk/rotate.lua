-- Sends GETs with the values of a file in rotation as one header.
-- wrk -s rotate.lua URL -- FILE HEADER PREFIX   (one value a line)
local requests = {}
local turn = 0

function init(args)
  for value in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", nil, { [args[2]] = args[3] .. value })
  end
end

function request()
  turn = turn + 1
  if turn > #requests then turn = 1 end
  return requests[turn]
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(99)))
end
