using ClusterPanel.Core.Deployments;
using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ClusterPanel.Infrastructure.Persistence.Configurations;

internal sealed class LogLineRowConfiguration : IEntityTypeConfiguration<LogLineRow>
{
    public void Configure(EntityTypeBuilder<LogLineRow> builder)
    {
        builder.HasKey(r => new { r.DeploymentId, r.Sequence });
        builder.Property(r => r.Sequence).ValueGeneratedNever();

        // A number, not its name as elsewhere: there may be millions of lines.
        builder.Property(r => r.Stream).HasConversion<int>();
        builder.HasOne<Deployment>().WithMany().HasForeignKey(r => r.DeploymentId).OnDelete(DeleteBehavior.Cascade);
    }
}
