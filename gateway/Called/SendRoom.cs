using FlashSale.Gateway.Called.ByMail;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Called;

/// <summary>
/// How much an edge sends at once to each service: a push service, the mail server, or the checkout. Half of all at the most, so that
/// one which is slow or gone leaves room for the others, and few while it does not answer. What there is no room for is not taken
/// from Redis.
/// </summary>
public sealed class SendRoom
{
    /// <summary>The numbers of services, which are kept with what is sealed; a push service's are above them.</summary>
    public const byte Shop = 0, Mail = 1, FirstPush = 2;

    /// <summary>Messages at once to a service that did not answer lately: one of them tells that it is back.</summary>
    private const int MaxInDoubt = 4;

    private static readonly TimeSpan s_doubt = TimeSpan.FromSeconds(10);

    /// <summary>So long a delay says how long the next message takes.</summary>
    private static readonly TimeSpan s_lately = TimeSpan.FromMinutes(2);

    private readonly TimeProvider _clock;
    private readonly int _most;
    private readonly Dictionary<byte, Service> _services = [];
    private int _sending;

    public SendRoom(
        PushServices push, IOptions<CalledOptions> options, IOptions<MailOptions> mail, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(push);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(mail);
        (_clock, _most) = (clock, options.Value.SendsAtOnce);
        var share = options.Value.SendsToOne;
        if (options.Value.IsOn)
            foreach (var number in push.Numbers) _services[number] = new Service(share);
        if (mail.Value.IsOn) _services[Mail] = new Service(Math.Min(share, mail.Value.Connections));
        if (options.Value.Webhooks) _services[Shop] = new Service(share);
    }

    /// <summary>Nothing is being sent.</summary>
    public bool IsIdle => Volatile.Read(ref _sending) == 0;

    /// <summary>Some service has as much to send as it may: it is worth looking again soon.</summary>
    public bool IsFull
    {
        get
        {
            lock (_services) return _sending >= _most || _services.Values.Any(one => one.Sending >= one.Most);
        }
    }

    /// <summary>How much more may be sent now, in all and to each service that is not full.</summary>
    public (int Most, IReadOnlyCollection<(byte Service, int Most)> Each) Left()
    {
        lock (_services)
        {
            var each = new List<(byte, int)>(_services.Count);
            foreach (var (number, service) in _services)
            {
                var most = _clock.GetTimestamp() < service.DoubtUntil ? Math.Min(MaxInDoubt, service.Most) : service.Most;
                if (most > service.Sending) each.Add((number, most - service.Sending));
            }

            return (Math.Max(0, _most - _sending), each);
        }
    }

    /// <summary>
    /// How long it lately took from when somebody was to be called until it was accepted, of the slowest service: what forecasts
    /// have to be earlier by.
    /// </summary>
    public TimeSpan Delay
    {
        get
        {
            lock (_services)
                return _services.Values.Where(one => _clock.GetElapsedTime(one.TookAt) < s_lately)
                    .Select(one => one.Delay).DefaultIfEmpty().Max();
        }
    }

    /// <summary>One message is being sent.</summary>
    public void Enter(byte service)
    {
        lock (_services)
        {
            _sending++;
            if (_services.TryGetValue(service, out var of)) of.Sending++;
        }
    }

    /// <summary>It has been; true when the service did not answer, and had before.</summary>
    /// <param name="answered">Null when it was not asked.</param>
    public bool Leave(byte service, bool? answered)
    {
        lock (_services)
        {
            _sending--;
            if (!_services.TryGetValue(service, out var of)) return false;
            of.Sending--;
            if (answered is null) return false;
            var wasInDoubt = _clock.GetTimestamp() < of.DoubtUntil;
            of.DoubtUntil = answered.Value ? 0 : _clock.GetTimestamp() + (long)(s_doubt.TotalSeconds * _clock.TimestampFrequency);
            return !answered.Value && !wasInDoubt;
        }
    }

    /// <summary>A message was accepted so long after it was to be sent: at once slower, and faster by and by.</summary>
    public void Took(byte service, TimeSpan time)
    {
        lock (_services)
        {
            if (!_services.TryGetValue(service, out var of)) return;
            of.Delay = time > of.Delay ? time : of.Delay - (of.Delay - time) / 16;
            of.TookAt = _clock.GetTimestamp();
        }
    }

    private sealed class Service(int most)
    {
        public int Most => most;

        public int Sending { get; set; }

        public long DoubtUntil { get; set; }

        public TimeSpan Delay { get; set; }

        public long TookAt { get; set; }
    }
}
