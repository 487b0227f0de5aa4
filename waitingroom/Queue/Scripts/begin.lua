-- Begins an epoch: a first line, or one in place of a line that Redis has lost or may have lost parts of. Until open.lua
-- its run is "+" and the run id: settle.lua writes what is known of places, and to everyone else there is no line.
-- KEYS 1 line, then all that is rebuilt or forgotten: admitted, held, returning, present, edges, freed, missed
-- ARGV 1 fence, 2 run id ("": a Cluster's), 3 epoch, 4 past epochs ("epoch:shuffled", newest first), 5 recover until, 6 blocked until
--      (both epoch seconds of the ledger), 7 order, 8 shuffled or ""
-- Returns 1, or 0 when refused: a newer leader, another run of Redis, or an epoch of this run exists
local run = run_id()
local line = redis.call('HMGET', KEYS[1], 'fence', 'run', 'epoch')
if (ARGV[2] ~= '' and run ~= ARGV[2]) or tonumber(line[1] or 0) > tonumber(ARGV[1]) or line[2] == run then return 0 end
redis.call('DEL', unpack(KEYS))
redis.call('HSET', KEYS[1], 'epoch', ARGV[3], 'run', '+' .. run, 'fence', ARGV[1], 'next', 0, 'head', 0, 'skipped', 0,
  'past', ARGV[4], 'recoverUntil', ARGV[5], 'blockedUntil', ARGV[6], 'order', ARGV[7])
if ARGV[8] ~= '' then redis.call('HSET', KEYS[1], 'shuffled', ARGV[8]) end
return 1
