using FlashSale.LoadTest.Hosting;
using FlashSale.LoadTest.NBomber;

// dotnet run -- --config config/stampede.json [--infra config/infra.json] [--target stampede]
// Which scenarios run, at which load and with which settings, is the configuration's business. What is wrong with it, Ctrl-C,
// the verdict and the exit code are HostedProgram's.
return await HostedProgram.RunAsync(args, (run, arguments) => new NBomberHost(run).Run(arguments));
