using FlashSale.Gateway.Called;
using FlashSale.Gateway.Called.ByMail;

using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>How much is sent at once to each service.</summary>
public sealed class SendRoomTests
{
    private const int AtOnce = 20;

    private readonly FakeTimeProvider _clock = new();
    private readonly byte _push, _other;
    private readonly SendRoom _room;

    public SendRoomTests()
    {
        var options = Options.Create(new CalledOptions
        {
            VapidPublicKey = "any",
            PushServices = "push.example,*.other.example",
            SendsAtOnce = AtOnce,
        });
        var services = new PushServices(options);
        (_push, _other) = (services.NumberOf("https://push.example/x")!.Value, services.NumberOf("https://a.other.example/x")!.Value);
        _room = new SendRoom(services, options, Options.Create(new MailOptions()), _clock);
    }

    [Fact]
    public void A_service_has_half_of_all_and_what_it_leaves_is_for_the_others()
    {
        Assert.NotEqual(_push, _other);
        Assert.Equal(AtOnce / 2, Left(_push));
        for (var i = 0; i < AtOnce / 2; i++) _room.Enter(_push);

        Assert.True(_room.IsFull);
        Assert.Equal(0, Left(_push));
        Assert.Equal(AtOnce / 2, Left(_other));
        Assert.Equal(AtOnce / 2, _room.Left().Most);
        _room.Leave(_push, answered: true);
        Assert.Equal(1, Left(_push));
    }

    [Fact]
    public void One_that_does_not_answer_is_sent_four_until_it_does_or_ten_seconds_have_passed()
    {
        for (var i = 0; i < 3; i++) _room.Enter(_push);
        Assert.True(_room.Leave(_push, answered: false));
        Assert.False(_room.Leave(_push, answered: false));
        Assert.Equal(4 - 1, Left(_push));
        Assert.Equal(AtOnce / 2, Left(_other));

        Assert.False(_room.Leave(_push, answered: true));
        Assert.Equal(AtOnce / 2, Left(_push));
        _room.Enter(_push);
        _room.Leave(_push, answered: false);
        _clock.Advance(TimeSpan.FromSeconds(10.1));
        Assert.Equal(AtOnce / 2, Left(_push));
    }

    [Fact]
    public void What_was_not_asked_says_nothing_of_the_service()
    {
        _room.Enter(_push);
        _room.Leave(_push, answered: false);
        _room.Enter(_push);
        _room.Leave(_push, answered: null);
        Assert.Equal(4, Left(_push));
    }

    [Fact]
    public void The_delay_is_that_of_the_slowest_at_once_when_it_grows_and_by_and_by_when_it_falls_and_is_forgotten()
    {
        Assert.Equal(TimeSpan.Zero, _room.Delay);
        _room.Took(_push, TimeSpan.FromSeconds(1));
        _room.Took(_other, TimeSpan.FromSeconds(40));
        Assert.Equal(TimeSpan.FromSeconds(40), _room.Delay);
        for (var i = 0; i < 100; i++) _room.Took(_other, TimeSpan.FromSeconds(2));
        Assert.InRange(_room.Delay.TotalSeconds, 2, 2.1);
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(TimeSpan.Zero, _room.Delay);
    }

    private int Left(byte service) => _room.Left().Each.FirstOrDefault(one => one.Service == service).Most;
}
