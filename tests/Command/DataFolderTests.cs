using FlashSale.Local;

using Xunit;

namespace FlashSale.Tests.Command;

public sealed class DataFolderTests
{
    [Fact]
    public async Task Only_one_up_runs_in_a_folder_and_its_pid_is_known()
    {
        var parent = Directory.CreateTempSubdirectory("flashsale-");
        var data = new DataFolder(Path.Combine(parent.FullName, "data"));
        using (await data.LockAsync(TestContext.Current.CancellationToken))
        {
            Assert.Null(await data.LockAsync(TestContext.Current.CancellationToken));
            Assert.Equal(Environment.ProcessId, data.Owner());
        }
        Assert.Null(data.Owner());
        parent.Delete(recursive: true);
    }

    [Fact]
    public void What_ends_a_system_names_the_folder_that_it_is_in()
    {
        Assert.Equal("./flashsale down", new DataFolder(Repository.DataFolder(null)).DownCommand);
        Assert.Equal(
            @"./flashsale down --data '/tmp/it'\''s here'", new DataFolder(Repository.DataFolder("/tmp/it's here")).DownCommand);
    }

    [Fact]
    public void A_folder_of_something_else_is_never_emptied()
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-");
        File.WriteAllText(Path.Combine(folder.FullName, "thesis.txt"), "years of work");
        Assert.Throws<CommandFailedException>(() => new DataFolder(folder.FullName).Prepare(fresh: true));
        Assert.True(File.Exists(Path.Combine(folder.FullName, "thesis.txt")));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Secrets_are_made_once_and_only_their_owner_may_read_them()
    {
        var parent = Directory.CreateTempSubdirectory("flashsale-");
        var data = new DataFolder(Path.Combine(parent.FullName, "data"));
        data.Prepare(fresh: false);
        var first = await Secrets.LoadAsync(data, TestContext.Current.CancellationToken);
        Assert.Equal(first, await Secrets.LoadAsync(data, TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(data.SecretsFile));
        parent.Delete(recursive: true);
    }
}
