-- Gives a batch of shoppers their places: the one they have, or the next number. A place that was left while its token is
-- out is taken up again: with a new number the shopper would have two admissions.
-- KEYS 1 line, 2 present, 3 admitted, then two for the current epoch and for each past one: shoppers, places
-- ARGV 1 epoch, 2 horizon, then a shopper's field each
-- Returns false when the line is absent, of another epoch or of another run of Redis, or when it has past epochs that the
--   caller does not know of yet (nothing is given);
--   else an integer each: number * 64 + index of the epoch (0 = current) * 4 + (0 had it, 1 new, 2 bought)
local line = redis.call('HMGET', KEYS[1], 'epoch', 'run', 'next', 'head', 'shuffled', 'order', 'past')
local run = run_id()
if line[1] ~= ARGV[1] or line[2] ~= run then return false end

-- A ticket has proved an epoch that this Redis had forgotten (status.lua), and the caller's board is older than that: whoever
-- has a place in it would be given another one. The caller passes the newest 12 (SaleLine).
local pasts = (#KEYS - 5) / 2
if pasts < 12 and select(2, string.gsub(line[7] or '', ':', '')) > pasts then return false end

local epoch, given, head = tonumber(line[1]), tonumber(line[3]), tonumber(line[4])
-- The rank of a new number is known, and so whether it is within the horizon, unless a shuffle is still to come.
local seen_to = head + tonumber(ARGV[2])
if line[6] == 'shuffle' and not line[5] then seen_to = 0 end
local now = now_ms()

local known, epochs = {}, {}
for e = 1, (#KEYS - 3) / 2 do
  known[e] = redis.call('HMGET', KEYS[2 + 2 * e], unpack(ARGV, 3))
  epochs[e] = tonumber(string.match(KEYS[2 + 2 * e], '%d+$'))
end

local answers, fresh, added, present = {}, {}, {}, {}
for i = 1, #ARGV - 2 do
  local field = ARGV[i + 2]
  local answer = fresh[field]
  for e = 1, #known do
    local number = not answer and known[e][i]
    if number then
      local state = state_of(KEYS[3 + 2 * e], number)
      if state == LEFT and redis.call('HEXISTS', KEYS[3], string.format('%08x%08x', epochs[e], number)) == 1 then
        state = WAITING
        set_state(KEYS[3 + 2 * e], number, WAITING)
      end
      if state == WAITING or state == REDEEMED then answer = number * 64 + (e - 1) * 4 end
      if state == BOUGHT then answer = number * 64 + (e - 1) * 4 + 2 end
    end
  end
  if not answer then
    given = given + 1
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
  redis.call('HSET', KEYS[4], unpack(added))
  redis.call('HSET', KEYS[1], 'next', given)
end
if #present > 0 then redis.call('HSET', KEYS[2], unpack(present)) end
return answers
