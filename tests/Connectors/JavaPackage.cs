using System.Xml.Linq;

namespace FlashSale.Tests.Connectors;

/// <summary>connectors/java, made into the jar of its pom by Java's own tools, with Debian's libraries.</summary>
public sealed class JavaPackage : ConnectorPackage
{
    // The pom's dependencies; Tomcat brings the servlet API, and is what the README's program starts.
    private static readonly string[] s_libraries = ["tomcat10-embed-core", "jakarta-annotation-api", "gson"];

    /// <summary>The jar and all that a shop needs beside it.</summary>
    public string ClassPath { get; private set; } = "";

    /// <inheritdoc />
    public override async ValueTask InitializeAsync()
    {
        var source = ConnectorShop.Package("java");
        var pom = XDocument.Load(Path.Combine(source, "pom.xml"));
        var libraries = string.Join(':', s_libraries.Select(name => $"/usr/share/java/{name}.jar"));
        var classes = Path.Combine(Folder, "classes");
        var sources = Directory.GetFiles(Path.Combine(source, "src/main/java"), "*.java", SearchOption.AllDirectories);
        var release = Read("maven.compiler.release");
        await ConnectorShop.RunAsync(Folder, "javac",
            ["--release", release, "-Xlint:all", "-Werror", "-classpath", libraries, "-d", classes, .. sources]);
        var jar = Path.Combine(Folder, $"{Read("artifactId")}-{Read("version")}.jar");
        await ConnectorShop.RunAsync(Folder, "jar", "--create", "--file", jar, "-C", classes, ".");
        ClassPath = $"{jar}:{libraries}";

        string Read(string name) => pom.Descendants().First(element => element.Name.LocalName == name).Value;
    }
}
