// What several steps in Redis are that must be one: Lua, run by EVAL. ARGV[1] of each is the keys'
// prefix. A lease's value is "ADDRESS FENCE", and only who has exactly this one writes the session.
#pragma once

#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace turnpike::cobrowse {

inline constexpr std::string_view kRedisPrefix = "turnpike:cobrowse:";

/// The command that runs one of them; `arguments` follow the prefix.
inline std::vector<std::string> call(std::string_view script,
                                     std::vector<std::string> arguments = {}) {
  std::vector<std::string> command{"EVAL", std::string(script), "0", std::string(kRedisPrefix)};
  command.insert(command.end(), std::make_move_iterator(arguments.begin()),
                 std::make_move_iterator(arguments.end()));
  return command;
}

/// prefix, id, server, milliseconds -> the fence, or 0: somebody has it.
constexpr std::string_view kClaimScript = R"(
local lease = ARGV[1] .. 'lease:' .. ARGV[2]
if redis.call('EXISTS', lease) == 1 then return 0 end
local fence = redis.call('INCR', ARGV[1] .. 'fence')
redis.call('SET', lease, ARGV[3] .. ' ' .. fence, 'PX', ARGV[4])
return fence)";

/// prefix, id, server, fence, milliseconds, state, view, bound, then hash and seconds of each
/// invite -> 1, or 0: the lease is lost. Without a state the lease alone is renewed.
constexpr std::string_view kPutScript = R"(
local p, id, server, fence = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local lease, session, mine = p .. 'lease:' .. id, p .. 'session:' .. id, server .. ' ' .. fence
local held = redis.call('GET', lease)
if held and held ~= mine then return 0 end
local kept = redis.call('HGET', session, 'fence')
if not held and kept and kept ~= fence then return 0 end
redis.call('SET', lease, mine, 'PX', ARGV[5])
-- A Redis that has lost its data gives no fence twice.
if tonumber(redis.call('GET', p .. 'fence') or '0') < tonumber(fence) then
  redis.call('SET', p .. 'fence', fence)
end
if ARGV[6] == '' then return 1 end
redis.call('HSET', session, 'state', ARGV[6], 'view', ARGV[7], 'server', server, 'fence', fence,
           'bound', ARGV[8], 'seen', redis.call('TIME')[1])
redis.call('SADD', p .. 'sessions', id)
for i = 9, #ARGV, 2 do
  local invite = p .. 'invite:' .. ARGV[i]
  if tonumber(ARGV[i + 1]) > 0 then
    redis.call('SET', invite, id, 'EX', ARGV[i + 1])
  elseif redis.call('GET', invite) == id then
    redis.call('DEL', invite)
  end
end
return 1)";

/// prefix, id, server, fence, then hashes of invites. Nothing happens where the lease is another's.
constexpr std::string_view kRemoveScript = R"(
local p, id, mine = ARGV[1], ARGV[2], ARGV[3] .. ' ' .. ARGV[4]
local held = redis.call('GET', p .. 'lease:' .. id)
if held and held ~= mine then return 0 end
local kept = redis.call('HGET', p .. 'session:' .. id, 'fence')
if not held and kept and kept ~= ARGV[4] then return 0 end
redis.call('DEL', p .. 'lease:' .. id, p .. 'session:' .. id)
redis.call('SREM', p .. 'sessions', id)
for i = 5, #ARGV do
  local invite = p .. 'invite:' .. ARGV[i]
  if redis.call('GET', invite) == id then redis.call('DEL', invite) end
end
return 1)";

/// prefix, id, server, fence
constexpr std::string_view kReleaseScript = R"(
local lease = ARGV[1] .. 'lease:' .. ARGV[2]
if redis.call('GET', lease) == ARGV[3] .. ' ' .. ARGV[4] then redis.call('DEL', lease) end
return 1)";

/// prefix, server, milliseconds, bound, patience in seconds, whether leases of an earlier run of
/// this server count as free, then ids that are not for this server -> id, fence, state of each
/// session that is ours now; fence 0: whoever it is for did not come in time, and it is removed.
constexpr std::string_view kTakeScript = R"(
local p, server, bound, out = ARGV[1], ARGV[2], ARGV[4], {}
local now = tonumber(redis.call('TIME')[1])
local not_ours = {}
for i = 7, #ARGV do not_ours[ARGV[i]] = true end
for _, id in ipairs(redis.call('SMEMBERS', p .. 'sessions')) do
  local lease, session = p .. 'lease:' .. id, p .. 'session:' .. id
  local held = redis.call('GET', lease)
  local f = redis.call('HMGET', session, 'state', 'server', 'bound', 'seen')
  if held and ARGV[6] == '1' and string.sub(held, 1, #server + 1) == server .. ' ' then
    held = false
  end
  if not f[1] then
    if not held then redis.call('SREM', p .. 'sessions', id) end
  elseif not held then
    if not not_ours[id] and f[3] == bound and (bound == '0' or f[2] == server) then
      local fence = redis.call('INCR', p .. 'fence')
      redis.call('SET', lease, server .. ' ' .. fence, 'PX', ARGV[3])
      redis.call('HSET', session, 'server', server, 'fence', fence)
      out[#out + 1] = id
      out[#out + 1] = tostring(fence)
      out[#out + 1] = f[1]
    elseif (f[3] == '1' or not_ours[id]) and now - tonumber(f[4] or '0') > tonumber(ARGV[5]) then
      redis.call('DEL', session)
      redis.call('SREM', p .. 'sessions', id)
      out[#out + 1] = id
      out[#out + 1] = '0'
      out[#out + 1] = f[1]
    end
  end
end
return out)";

/// prefix -> id, server and view of each session.
constexpr std::string_view kViewsScript = R"(
local p, out = ARGV[1], {}
for _, id in ipairs(redis.call('SMEMBERS', p .. 'sessions')) do
  local f = redis.call('HMGET', p .. 'session:' .. id, 'server', 'view')
  if f[1] and f[2] then
    out[#out + 1] = id
    out[#out + 1] = f[1]
    out[#out + 1] = f[2]
  end
end
return out)";

/// prefix, server -> another server with room, the one with the most of it, or "".
constexpr std::string_view kRoomScript = R"(
local best, most = '', 0
for _, server in ipairs(redis.call('SMEMBERS', ARGV[1] .. 'servers')) do
  local room = redis.call('GET', ARGV[1] .. 'server:' .. server)
  if not room then
    redis.call('SREM', ARGV[1] .. 'servers', server)
  elseif server ~= ARGV[2] and tonumber(room) > most then
    best, most = server, tonumber(room)
  end
end
return best)";

/// prefix, suspect -> seconds that he has to wait, rounded up.
constexpr std::string_view kWaitScript = R"(
local ends = redis.call('HGET', ARGV[1] .. 'guess:' .. ARGV[2], 'until')
if not ends then return 0 end
local left = tonumber(ends) - tonumber(redis.call('TIME')[1])
return left > 0 and left or 0)";

/// prefix, suspect, free, the longest wait, seconds to forget: as http/core/attempt_guard.h has it.
constexpr std::string_view kGuessScript = R"(
local guess = ARGV[1] .. 'guess:' .. ARGV[2]
local over = redis.call('HINCRBY', guess, 'count', 1) - tonumber(ARGV[3])
if over > 0 then
  local wait = math.min(2 ^ math.min(over - 1, 30), tonumber(ARGV[4]))
  redis.call('HSET', guess, 'until', redis.call('TIME')[1] + 1 + math.floor(wait))
end
redis.call('EXPIRE', guess, ARGV[5])
return 1)";

}  // namespace turnpike::cobrowse
