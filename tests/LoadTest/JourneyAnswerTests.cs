using System.Net;
using System.Text;

using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace FlashSale.Tests.LoadTest;

/// <summary>What a journey makes of answers that a well system does not give.</summary>
public sealed class JourneyAnswerTests : IDisposable
{
    private const string Waiting = """{"sale":"s","ticket":"t","state":"waiting","number":7,"saleState":"open","nextPollMs":1000}""";

    private readonly FakeTimeProvider _clock = new();
    private readonly Script _server = new();
    private readonly HttpClient _http;
    private readonly CrowdTally _tally = new();

    public JourneyAnswerTests() => _http = new HttpClient(_server) { BaseAddress = new Uri("http://edge") };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Latency_counts_from_the_intended_start_over_every_repeat()
    {
        var due = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromSeconds(2)); // the crowd is late
        _server.Answers(Takes(3, HttpStatusCode.ServiceUnavailable, """{"code":"unavailable"}"""));
        _server.Answers(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
            throw new TaskCanceledException("a timeout");
        });
        _server.Answers(Takes(1, HttpStatusCode.Created, Waiting));
        var journey = Journey(Behaviour.Buys);

        for (var step = 0; step < 3; step++)
        {
            var pause = await journey.StepAsync(step == 0 ? due : _clock.GetTimestamp(), Cancel);
            Assert.Equal(step == 2 ? null : step == 0 ? "503 unavailable" : "0 no answer in time", journey.Refusal);
            if (step < 2) _clock.Advance(pause);
        }

        // 2 late, 3, 1 pause, 30, 1 pause, 1.
        Assert.Equal(38_000, _tally.Milliseconds(JourneyStep.Join, 100), tolerance: 100);
        Assert.Equal(3, _tally.Requests);
        Assert.Equal(2, _tally.Answers.Sum(answer => answer.Count));
    }

    [Fact]
    public async Task Every_click_counts_and_one_that_is_answered_as_it_should_not_fails_the_journey()
    {
        _server.Answers(Takes(0, HttpStatusCode.Created, Waiting));
        _server.Answers(Takes(0, HttpStatusCode.InternalServerError, """{"code":"oops"}"""));
        var journey = Journey(Behaviour.DoubleClicks);

        await journey.StepAsync(_clock.GetTimestamp(), Cancel);

        Assert.Equal(Ending.Failed, journey.Ending);
        Assert.Contains("join: unexpected 500 oops", _tally.Problems.Keys);
        Assert.Equal(500, Assert.Single(_tally.Answers).Status);
    }

    [Fact]
    public async Task A_click_without_an_answer_does_not_lose_what_the_other_was_told()
    {
        _server.Answers(() => throw new HttpRequestException("reset"));
        _server.Answers(Takes(0, HttpStatusCode.Created, Waiting));
        var journey = Journey(Behaviour.DoubleClicks);

        await journey.StepAsync(_clock.GetTimestamp(), Cancel);

        Assert.Equal((JourneyStep.Poll, 1), (journey.Next, _tally.Joined));
        Assert.Equal(0, Assert.Single(_tally.Answers).Status);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("""{"number":"seven"}""")]
    public async Task A_body_that_cannot_be_read_fails_the_journey_and_not_the_run(string body)
    {
        _server.Answers(Takes(0, HttpStatusCode.OK, body));
        var journey = Journey(Behaviour.Buys);

        await journey.StepAsync(_clock.GetTimestamp(), Cancel);

        Assert.Equal(Ending.Failed, journey.Ending);
        Assert.Equal("200 (unreadable)", journey.Refusal);
    }

    [Fact]
    public async Task A_request_without_an_answer_at_the_end_counts_with_the_time_it_waited()
    {
        using var stop = new CancellationTokenSource();
        _server.Answers(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(9));
            stop.Cancel();
            throw new OperationCanceledException(stop.Token);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Journey(Behaviour.Buys).StepAsync(_clock.GetTimestamp(), stop.Token));

        Assert.Equal(1, _tally.Unfinished);
        Assert.Equal(9_000, _tally.Milliseconds(JourneyStep.Join, 100), tolerance: 100);
    }

    [Fact]
    public async Task Who_presses_f5_does_so_sooner_than_told_and_alike_in_every_run()
    {
        var pauses = new List<TimeSpan>();
        for (var run = 0; run < 2; run++)
        {
            for (var i = 0; i < 3; i++) _server.Answers(Takes(0, HttpStatusCode.OK, Waiting));
            var journey = Journey(Behaviour.Refreshes);
            for (var step = 0; step < 3; step++) pauses.Add(await journey.StepAsync(_clock.GetTimestamp(), Cancel));
            Assert.Equal(JourneyStep.Poll, journey.Next);
        }

        Assert.Equal(pauses[..3], pauses[3..]);
        Assert.Equal(TimeSpan.FromSeconds(1), pauses[0]);
        Assert.InRange(pauses[1], TimeSpan.Zero, TimeSpan.FromSeconds(0.999));
    }

    [Fact]
    public async Task Who_still_waits_when_all_is_sold_was_never_called_unless_late()
    {
        for (var i = 0; i < 2; i++) _server.Answers(Takes(0, HttpStatusCode.Created, Waiting));
        var (there, late) = (Journey(Behaviour.Buys), Journey(Behaviour.Buys));
        await there.StepAsync(_clock.GetTimestamp(), Cancel);
        await late.StepAsync(_clock.GetTimestamp(), Cancel);
        var due = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromSeconds(40));

        there.StillWaits(_clock.GetTimestamp());
        late.StillWaits(due);

        Assert.Equal(7, Assert.Single(_tally.NeverCalled));
    }

    private Journey Journey(Behaviour behaviour) =>
        new(new Shopper(_http, "s"), behaviour, TimeSpan.FromSeconds(60), _tally, _clock, seed: 5);

    private Func<HttpResponseMessage> Takes(int seconds, HttpStatusCode status, string body) => () =>
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        return new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
    };

    /// <summary>A server that answers as it was told to, one request after the other.</summary>
    private sealed class Script : HttpMessageHandler
    {
        private readonly Queue<Func<HttpResponseMessage>> _answers = [];

        public void Answers(Func<HttpResponseMessage> answer) => _answers.Enqueue(answer);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return Task.FromResult(_answers.Dequeue()());
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
            {
                return Task.FromException<HttpResponseMessage>(error);
            }
        }
    }
}
