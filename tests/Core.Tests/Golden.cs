using System.Runtime.CompilerServices;

namespace ClusterPanel.Core.Tests;

/// <summary>Compares a text with <c>Golden/NAME.golden</c>; <c>UPDATE_GOLDEN=1</c> writes the file anew.</summary>
internal static class Golden
{
    private const int ShownLines = 60;

    public static void Match(string name, string actual)
    {
        var path = Path.Combine(Folder(), name + ".golden");
        actual = actual.TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        Assert.True(File.Exists(path), $"{path} is missing. Write it with UPDATE_GOLDEN=1 and read it before you commit it.");
        var expected = File.ReadAllText(path);
        if (expected != actual)
        {
            Assert.Fail($"{name}.golden differs (UPDATE_GOLDEN=1 writes it anew):\n{Difference(expected.Split('\n'), actual.Split('\n'))}");
        }
    }

    /// <summary>Names of the files that match a pattern.</summary>
    public static IEnumerable<string> Names(string pattern) => Directory.GetFiles(Folder(), pattern + ".golden").Select(f => Path.GetFileNameWithoutExtension(f));

    // Lines of both texts, those in common only beside a difference. By the longest common subsequence.
    private static string Difference(string[] expected, string[] actual)
    {
        var common = new int[expected.Length + 1, actual.Length + 1];
        for (var i = expected.Length - 1; i >= 0; i--)
        {
            for (var j = actual.Length - 1; j >= 0; j--)
            {
                common[i, j] = expected[i] == actual[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var lines = new List<string>();
        for (int i = 0, j = 0; i < expected.Length || j < actual.Length;)
        {
            var same = i < expected.Length && j < actual.Length && expected[i] == actual[j];
            var removed = !same && i < expected.Length && (j == actual.Length || common[i + 1, j] >= common[i, j + 1]);
            lines.Add(same ? "  " + expected[i] : removed ? "- " + expected[i] : "+ " + actual[j]);
            i += same || removed ? 1 : 0;
            j += same || !removed ? 1 : 0;
        }

        bool Differs(int i) => i >= 0 && i < lines.Count && lines[i][0] != ' ';
        return string.Join('\n', lines.Where((_, i) => Differs(i - 1) || Differs(i) || Differs(i + 1)).Take(ShownLines));
    }

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "Golden");
}
