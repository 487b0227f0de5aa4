using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Crowd;

/// <summary>Joining, waiting, leaving.</summary>
public sealed partial class Journey
{
    private const int PollsBeforeGivingUp = 2;
    private const double AwayForPresences = 1.5;

    /// <summary>A place whose reservation has ended stays so until the line has heard of it.</summary>
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(1);

    /// <summary>Who is no later than this does as told.</summary>
    private static readonly TimeSpan s_asTold = TimeSpan.FromSeconds(2);

    private int _joins;
    private int _polls;
    private long _number;
    private DateTimeOffset _redeemBy;
    private TimeSpan _serverAhead;
    private bool _waits;

    /// <summary>Only for who needs it: a generator weighs as much as a journey.</summary>
    private readonly Random? _chance = behaviour == Behaviour.Refreshes ? new Random(seed) : null;

    /// <summary>
    /// First come, first served is promised to who is there: to who polls when told to. Near the front that
    /// is at least
    /// twice within the presence time, so someone later than half of it may rightly be passed over.
    /// </summary>
    private bool StayedInLine => _joins == 1 && _latest < presence / 2 - TimeSpan.FromSeconds(1)
        && behaviour is not (Behaviour.ComesBackLate or Behaviour.WandersOff or Behaviour.Sleeps);

    /// <summary>
    /// Told at the end of a run whose last unit was sold: who was there all the time and has still not been called must
    /// have a higher number than everyone who was.
    /// </summary>
    /// <param name="due">When the next request was meant to be made.</param>
    public void StillWaits(long due)
    {
        var late = clock.GetElapsedTime(_due ?? due);
        if (late > _latest) _latest = late;
        if (_waits && StayedInLine) tally.NeverCalled.Add(_number);
    }

    private async Task JoinAsync(CancellationToken cancel)
    {
        if (await AskAsync(shopper.JoinAsync, _clicks, place => $"{place.Number}", cancel)
            .ConfigureAwait(false)
            is not { } answer) return;
        switch (answer)
        {
            case { Body: { } place }:
                Joined(place);
                break;
            case { Problem: "saleEnded" }:
                End(Crowd.Ending.SoldOut);
                break;
            case { Problem: "alreadyBought" } when _paid:
                End(Crowd.Ending.Bought);
                break;
            default:
                Unexpected(answer);
                break;
        }
    }

    private void Joined(PlaceAnswer place)
    {
        if (place.Number != _number && ++_joins == 1)
        {
            tally.CountJoin();
            if (tally.CountsPeople && behaviour != Behaviour.WandersOff) tally.People.Add(place.Number);
        }

        _number = place.Number;
        if (behaviour == Behaviour.WandersOff) End(Crowd.Ending.AsPlanned);
        else if (behaviour == Behaviour.ComesBackLate && _joins == 1) Go(JourneyStep.Poll, presence * AwayForPresences);
        else See(place);
    }

    private async Task PollAsync(CancellationToken cancel)
    {
        var tabs = behaviour == Behaviour.ManyTabs ? _clicks : 1;
        if (await AskAsync(shopper.PollAsync, tabs, place => $"{place.Number}", cancel).ConfigureAwait(false)
            is not { } answer) return;
        _polls++;
        if (answer.Body is null) Unexpected(answer);
        else See(answer.Body);
    }

    private async Task LeaveAsync(CancellationToken cancel)
    {
        if (await AskAsync(shopper.LeaveAsync, _clicks, place => $"{place.Number}", cancel)
            .ConfigureAwait(false)
            is not { } answer) return;
        if (answer.Status == 204) End(Crowd.Ending.AsPlanned);
        else Unexpected(answer);
    }

    private void See(PlaceAnswer place)
    {
        if (place.ServerTime != default) _serverAhead = place.ServerTime - clock.GetUtcNow();
        _waits = place.State is "prequeue" or "waiting";
        switch (place.State)
        {
            case "prequeue" or "waiting":
                if (tally.CountsPeople && _joins == 1 && place.Ahead is { } ahead)
                    tally.Places.Add(new SeenPlace(place.Number, ahead, place.ServerTime));
                Wait(TimeSpan.FromMilliseconds(place.NextPollMs));
                break;
            case "admitted":
                tally.CountCall();
                if (behaviour == Behaviour.NeverComes) End(Crowd.Ending.AsPlanned);
                else Go(JourneyStep.Claim);
                break;
            case "redeemed":
                Go(JourneyStep.Join, s_settling);
                break;
            case "missed" or "left":
                if (place.State == "missed" && _latest <= s_asTold) tally.MissedAsTold.Add(place.Number);
                Lost("the turn passed before this shopper asked");
                break;
            case "soldOut" or "ended":
                if (StayedInLine) tally.NeverCalled.Add(_number);
                End(Crowd.Ending.SoldOut);
                break;
            default:
                Fail($"{Next}: unexpected state {place.State}");
                break;
        }
    }

    private void Wait(TimeSpan pause)
    {
        if (behaviour == Behaviour.GivesUp && _polls >= PollsBeforeGivingUp) Go(JourneyStep.Leave);
        else if (_chance is not null && Next == JourneyStep.Poll) Go(JourneyStep.Join, pause * _chance.NextDouble());
        else Go(JourneyStep.Poll, pause);
    }

    /// <summary>
    /// The place or the unit is lost for being late, which the contract allows: join again, at the end.
    /// </summary>
    private void Lost(string how)
    {
        tally.CountProblem(how);
        if (_joins >= MostJoins) End(Crowd.Ending.TooSlow);
        else Go(JourneyStep.Join);
    }
}
