"""The scripts of pacing, which Redis runs one at a time; `pacing` sends them."""

# Times are in Redis' own clock, which may be set at any moment. It is compared with the installation's clock:
# each caller passes its time and the number of times it was set (its epoch). `doubt` returns 1 if Redis was
# flushed or its clock was set, which invalidates the stored state, else 0. If both the epoch and the offset
# (by more than 5 s) differ, only the installation's clock was set, which does not affect the stored state.
CLOCK = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local function doubt(known, epoch, ours)
  local kept = redis.call('HMGET', known, 'epoch', 'ahead')
  if not kept[1] then return 1 end
  local ahead = now - tonumber(ours)
  local same_epoch = epoch == kept[1]
  local off = math.abs(ahead - tonumber(kept[2]))
  if same_epoch ~= (off < 5000) then return 1 end
  if not same_epoch or off > 200 then redis.call('HSET', known, 'epoch', epoch, 'ahead', ahead) end
  return 0
end
"""
# A request is sent some time after its start is granted: name, connection and TLS take time, and a process
# may be stopped. So a start is `unsent` until its holder reports it sent, and no other starts before that.
# If the holder dies, its slot expires, and its request counts as sent when that is found. `opens` is when
# the next slot may be granted, `starts` when the next request may start. When Redis was flushed is kept too:
# what was requested before is not known, so all hosts are closed for their delay.
HOST = """
local slots, opens, starts, unsent, known = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local function latest(key, delay)
  local cleared = tonumber(redis.call('HGET', known, 'cleared') or '0')
  return math.max(tonumber(redis.call('GET', key) or '0'), cleared + delay)
end
local function count_from_now(delay)
  if delay <= 0 then return end
  redis.call('SET', starts, now + delay, 'PX', delay)
  redis.call('SET', opens, now + delay, 'PX', delay)
end
local function settle(token, delay)
  if redis.call('SREM', unsent, token) == 1 then count_from_now(delay) end
end
"""
# Returns 0 if the slot is granted, else the milliseconds to wait, or -1 if the state is invalid.
ACQUIRE = """
if doubt(known, ARGV[8], ARGV[9]) == 1 then return -1 end
local delay = tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', slots, '-inf', now)
if redis.call('ZCARD', slots) >= tonumber(ARGV[2]) then return tonumber(ARGV[6]) end
settle(ARGV[1], delay)
local open_at = latest(opens, delay)
if open_at > now then return math.ceil(open_at - now) end
local every = tonumber(ARGV[5])
if every > 0 then
  local tat = math.max(tonumber(redis.call('GET', KEYS[6]) or '0'), now)
  if tat - now > tonumber(ARGV[7]) then return math.ceil(tat - now - tonumber(ARGV[7])) end
  redis.call('SET', KEYS[6], tat + every, 'PX', 60000)
end
redis.call('ZADD', slots, now + tonumber(ARGV[4]), ARGV[1])
redis.call('PEXPIRE', slots, tonumber(ARGV[4]) + 60000)
if delay > 0 then redis.call('SET', opens, now + delay, 'PX', delay) end
return 0
"""
RENEW = """
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
  redis.call('PEXPIRE', KEYS[1], tonumber(ARGV[2]) + 60000)
end
return 0
"""
# Returns 0 if the request may be sent, else the milliseconds to wait, -1 if the state is invalid, or -2 if
# the slot was lost.
START = """
if doubt(known, ARGV[4], ARGV[5]) == 1 then return -1 end
local delay = tonumber(ARGV[2])
if not redis.call('ZSCORE', slots, ARGV[1]) then return -2 end
for _, other in ipairs(redis.call('SMEMBERS', unsent)) do
  if other ~= ARGV[1] then
    local held_until = tonumber(redis.call('ZSCORE', slots, other) or '0')
    if held_until > now then return tonumber(ARGV[3]) end
    settle(other, delay)
  end
end
local open_at = latest(starts, delay)
if open_at > now then return math.ceil(open_at - now) end
redis.call('SADD', unsent, ARGV[1])
redis.call('PEXPIRE', unsent, 3600000)
redis.call('SET', opens, now + delay, 'PX', delay)
return 0
"""
SENT = """
if doubt(known, ARGV[3], ARGV[4]) == 1 then return -1 end
redis.call('SREM', unsent, ARGV[1])
count_from_now(tonumber(ARGV[2]))
return 0
"""
RELEASE = """
redis.call('ZREM', slots, ARGV[1])
settle(ARGV[1], tonumber(ARGV[2]))
return 0
"""
# Runs once, by the first caller that finds Redis flushed or its clock set.
RESTORE = """
if doubt(KEYS[1], ARGV[3], ARGV[4]) == 0 then return 0 end
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do redis.call('DEL', key) end
redis.call('HSET', KEYS[1], 'epoch', ARGV[3], 'ahead', now - tonumber(ARGV[4]), 'cleared', now)
for _, held in ipairs(cjson.decode(ARGV[2])) do
  local slots, unsent = ARGV[1] .. '{' .. held[1] .. '}:slots', ARGV[1] .. '{' .. held[1] .. '}:unsent'
  redis.call('ZADD', slots, now + held[3], held[2])
  redis.call('PEXPIRE', slots, held[3] + 60000)
  redis.call('SADD', unsent, held[2])
  redis.call('PEXPIRE', unsent, 3600000)
end
return 1
"""
