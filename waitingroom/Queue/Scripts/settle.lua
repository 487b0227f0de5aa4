-- Writes what the ledger says of places of one epoch. Doing it twice is harmless.
-- KEYS 1 line, 2 admitted, 3 held, 4 returning, 5 places of that epoch, 6 missed, 7 calls
-- ARGV 1 fence, 2 run id ("": a Cluster's), then four each: what, place key, number, value
--      admit "unit redeemBy claimed rank" · hold the same · sell · release · miss · requeue member of returning
-- Returns 1, or 0 when refused (a newer leader, another run of Redis)
local line = redis.call('HMGET', KEYS[1], 'fence', 'run')
local run = run_id()
if (ARGV[2] ~= '' and run ~= ARGV[2]) or (line[2] ~= run and line[2] ~= '+' .. run) then return 0 end
if tonumber(line[1]) > tonumber(ARGV[1]) then return 0 end

local now = now_ms()
local state = { hold = REDEEMED, sell = BOUGHT, release = RELEASED }
for i = 3, #ARGV, 4 do
  local what, key, number, value = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  if what == 'admit' then
    redis.call('HSET', KEYS[2], key, value)
  else
    redis.call('HDEL', KEYS[2], key)
    if what == 'hold' then redis.call('HSET', KEYS[3], key, value) else redis.call('HDEL', KEYS[3], key) end
    if state[what] then
      set_state(KEYS[5], number, state[what])
    elseif state_of(KEYS[5], number) == WAITING then
      if what == 'miss' then
        set_state(KEYS[5], number, MISSED)
        redis.call('HSET', KEYS[6], key, 1)
        log_calls(KEYS[7], call_of(key, now, UNUSED))
      end
      if what == 'requeue' and redis.call('ZADD', KEYS[4], 0, value) == 1 then log_calls(KEYS[7], call_of(key, now, REQUEUED)) end
    end
  end
end
return 1
