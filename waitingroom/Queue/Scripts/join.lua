-- Gives a batch of shoppers their places: the one they have, or the next number. A place that was left while its token is
-- out is taken up again: with a new number the shopper would have two admissions. A number is given for what its shopper
-- has paid for: the first one, or the one after that which has ended, and these at a pace.
-- KEYS 1 line, 2 present, 3 admitted, 4 again, then two for the current epoch and for each past one: shoppers, places
-- ARGV 1 epoch, 2 horizon, 3 the least ms between two numbers of a shopper who had one before, 4 how many shoppers, then a
--   field each, then each's number after which another may be given (0: the first, -1: none)
-- Returns false when the line is absent, of another epoch or of another run of Redis, or when it has past epochs that the
--   caller does not know of yet (nothing is given);
--   else an integer each: number * 64 + index of the epoch (0 = current) * 4 + (0 had it, 1 new, 2 bought, 3 that one has
--   ended, or 0 for none, and nothing was given), or -ms until another may be given
local line = redis.call('HMGET', KEYS[1], 'epoch', 'run', 'next', 'head', 'shuffled', 'order', 'past')
local run = run_id()
if line[1] ~= ARGV[1] or line[2] ~= run then return false end

-- A ticket has proved an epoch that this Redis had forgotten (status.lua), and the caller's board is older than that: whoever
-- has a place in it would be given another one. The caller passes the newest 12 (SaleLine).
local pasts = (#KEYS - 6) / 2
if pasts < 12 and select(2, string.gsub(line[7] or '', ':', '')) > pasts then return false end

local epoch, given, head = tonumber(line[1]), tonumber(line[3]), tonumber(line[4])
-- The rank of a new number is known, and so whether it is within the horizon, unless a shuffle is still to come.
local seen_to = head + tonumber(ARGV[2])
if line[6] == 'shuffle' and not line[5] then seen_to = 0 end
local now, pace, count = now_ms(), tonumber(ARGV[3]), tonumber(ARGV[4])

local known, epochs = {}, {}
for e = 1, (#KEYS - 4) / 2 do
  known[e] = redis.call('HMGET', KEYS[3 + 2 * e], unpack(ARGV, 5, 4 + count))
  epochs[e] = tonumber(string.match(KEYS[3 + 2 * e], '%d+$'))
end

local answers, fresh, added, present, again = {}, {}, {}, {}, {}
for i = 1, count do
  local field, ended = ARGV[4 + i], 0
  local answer = fresh[field]
  for e = 1, #known do
    local number = not answer and known[e][i]
    if number then
      local state = state_of(KEYS[4 + 2 * e], number)
      if state == LEFT and redis.call('HEXISTS', KEYS[3], string.format('%08x%08x', epochs[e], number)) == 1 then
        state = WAITING
        set_state(KEYS[4 + 2 * e], number, WAITING)
      end
      if ended == 0 then ended = tonumber(number) end
      if state == WAITING or state == REDEEMED then answer = number * 64 + (e - 1) * 4 end
      if state == BOUGHT then answer = number * 64 + (e - 1) * 4 + 2 end
    end
  end
  if not answer and ended ~= tonumber(ARGV[4 + count + i]) then answer = ended * 64 + 3 end
  if not answer and ended > 0 then
    local before = tonumber(redis.call('ZSCORE', KEYS[4], field) or 0)
    if before <= now and before + pace > now then answer = now - before - pace end
  end
  if not answer then
    given = given + 1
    if ended > 0 then
      again[#again + 1] = string.format('%.0f', now)
      again[#again + 1] = field
    end
    added[#added + 1] = field
    added[#added + 1] = string.format('%d', given) -- Redis would format it as a fraction, which takes several times as long.
    if given <= seen_to then
      present[#present + 1] = string.format('%08x%08x', epoch, given)
      present[#present + 1] = string.format('%.0f 0', now)
    end
    fresh[field] = given * 64
    answer = given * 64 + 1
  end
  answers[i] = answer
end

if #added > 0 then
  redis.call('HSET', KEYS[5], unpack(added))
  redis.call('HSET', KEYS[1], 'next', given)
end
if #present > 0 then redis.call('HSET', KEYS[2], unpack(present)) end
if #again > 0 then
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', string.format('%.0f', now - pace))
  redis.call('ZADD', KEYS[4], unpack(again))
end
return answers
